import pMap from "p-map";
import { z } from "zod";
import type { ApprovalView } from "../../functions/api/schemas/approvals.ts";
import { approvalQueue } from "../../functions/api/schemas.ts";
import type { DecisionWord } from "../../shared/execution/approval/decide.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Client } from "./client.ts";
import { madeAt } from "./service.ts";
import { EDITED_BODY, kindOf, numberOf } from "./workload.ts";

const world = z.object({
  subjects: z.array(z.string()),
  contacts: z.array(z.looseObject({ contact_id: z.string(), email: z.string().optional() })),
});

/** How many requests are decided at once. */
const DECIDING = 4;

/** Ann, who submitted nothing, decides whatever is asked: once through the queue. @returns how many were decided */
export const decideAll = async (client: Client): Promise<number> => {
  const reply = await client.request("GET", "/approvals?status=open&limit=1000", { as: "ann" });
  const asked = approvalQueue.parse(reply.body).plans.flatMap(({ approvals }) => approvals);
  const decisions = await pMap(asked, (request) => decide(client, request), { concurrency: DECIDING });
  return decisions.filter((decided) => decided).length;
};

const decide = async (client: Client, request: ApprovalView): Promise<boolean> => {
  if (request.kind === "approve" && kindOf(numberOf(request.step_id)) === "mail_that_is_aborted") {
    return abort(client, request.execution_id);
  }
  const { decision, by = "ann", ...edited } = await wordOn(client, request);
  const body = { decision, digest: request.digest, comment: "as it should be", ...edited };
  const path = `/approvals/${request.approval_id}/decision`;
  const { status, body: answer } = await client.request("POST", path, { as: by, body });
  // 409: decided by the request whose reply was lost, moved on meanwhile, or held by a lock.
  if (status !== 200 && status !== 409) throw new Error(`${path} ${decision}: ${status} ${JSON.stringify(answer)}`);
  return status === 200;
};

/** Somebody thinks better of the whole execution while a person is asked about it. */
const abort = async (client: Client, execution_id: string): Promise<boolean> => {
  const body = { reason: "not any more" };
  const reply = await client.request("POST", `/executions/${execution_id}/abort`, { as: "olga", body });
  // 409: aborted by the request whose reply was lost.
  if (reply.status !== 202 && reply.status !== 409) throw new Error(`abort: ${JSON.stringify(reply.body)}`);
  return reply.status === 202;
};

type Word = { decision: DecisionWord; by?: string; arguments?: JsonObject };

/** Approves what is asked, or edits or rejects it where that is what the execution is about; says what is true of what is unknown. */
const wordOn = async (client: Client, request: ApprovalView): Promise<Word> => {
  // Ann edited it: what became of it is for somebody else to say.
  const by = kindOf(numberOf(request.step_id)) === "mail_that_is_edited" ? "bea" : "ann";
  switch (request.kind) {
    case "reconcile":
      return { decision: (await happened(client, request)) ? "happened" : "did_not_happen", by };
    // Tried again with the same key, it finds what it did before.
    case "reconcile_undo":
      return { decision: "did_not_happen", by };
    case "undo_failed":
      return { decision: "accepted", by };
    default:
      return wordOnStep(request);
  }
};

const wordOnStep = ({ step_id, arguments: args }: ApprovalView): Word => {
  switch (kindOf(numberOf(step_id))) {
    case "create_that_is_rejected":
      return { decision: "reject" };
    case "mail_that_is_edited":
      // A person who edits a mail may not approve it.
      return args.body === EDITED_BODY
        ? { decision: "approve", by: "bea" }
        : { decision: "edit", arguments: { ...args, body: EDITED_BODY } };
    default:
      return { decision: "approve" };
  }
};

const happened = async (client: Client, { tool_name, arguments: args }: ApprovalView): Promise<boolean> => {
  const { subjects, contacts } = world.parse(await client.world());
  switch (tool_name) {
    case "msgraph_send_email":
      return subjects.includes(String(args.subject));
    case "svc_mail":
      return madeAt(client.service).subjects.includes(String(args.subject));
    case "svc_create":
      return madeAt(client.service).emails.includes(String(args.email));
    case "svc_update":
      return client.service.contacts.get(String(args.contact_id))?.company === args.company;
    case "ghl_create_contact":
      return contacts.some(({ email }) => email === args.email);
    default: {
      const found = contacts.find(({ contact_id }) => contact_id === args.contact_id);
      const fields = z.record(z.string(), z.unknown()).parse(args.fields);
      return Object.entries(fields).every(([name, value]) => found?.[name] === value);
    }
  }
};
