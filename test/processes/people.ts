import pMap from "p-map";
import { z } from "zod";
import type { ApprovalView } from "../../functions/api/schemas/approvals.ts";
import { approvalQueue } from "../../functions/api/schemas.ts";
import type { DecisionWord } from "../../shared/execution/decide.ts";
import type { Client } from "./client.ts";

const world = z.object({
  subjects: z.array(z.string()),
  contacts: z.array(z.looseObject({ contact_id: z.string(), email: z.string().optional() })),
});

/** How many requests are decided at once. */
const DECIDING = 4;

/** Ann, who submitted nothing, decides whatever is asked: once through the queue. @returns how many she decided */
export const decideAll = async (client: Client): Promise<number> => {
  const reply = await client.request("GET", "/approvals?status=open&limit=1000", { as: "ann" });
  const asked = approvalQueue.parse(reply.body).plans.flatMap(({ approvals }) => approvals);
  const decisions = await pMap(asked, (request) => decide(client, request), { concurrency: DECIDING });
  return decisions.filter((decided) => decided).length;
};

const decide = async (client: Client, request: ApprovalView): Promise<boolean> => {
  const decision = await wordOn(client, request);
  const body = { decision, digest: request.digest, comment: "as it should be" };
  const path = `/approvals/${request.approval_id}/decision`;
  const { status, body: answer } = await client.request("POST", path, { as: "ann", body });
  // 409: decided by the request whose reply was lost, or moved on meanwhile.
  if (status !== 200 && status !== 409) throw new Error(`${path} ${decision}: ${status} ${JSON.stringify(answer)}`);
  return status === 200;
};

/** Approves what is asked; says what is true of what is unknown. */
const wordOn = async (client: Client, request: ApprovalView): Promise<DecisionWord> => {
  switch (request.kind) {
    case "reconcile":
      return (await happened(client, request)) ? "happened" : "did_not_happen";
    // Tried again with the same key, it finds what it did before.
    case "reconcile_undo":
      return "did_not_happen";
    case "undo_failed":
      return "accepted";
    default:
      return "approve";
  }
};

const happened = async (client: Client, { tool_name, arguments: args }: ApprovalView): Promise<boolean> => {
  const { subjects, contacts } = world.parse(await client.world());
  switch (tool_name) {
    case "msgraph_send_email":
      return subjects.includes(String(args.subject));
    case "ghl_create_contact":
      return contacts.some(({ email }) => email === args.email);
    default: {
      const found = contacts.find(({ contact_id }) => contact_id === args.contact_id);
      const fields = z.record(z.string(), z.unknown()).parse(args.fields);
      return Object.entries(fields).every(([name, value]) => found?.[name] === value);
    }
  }
};
