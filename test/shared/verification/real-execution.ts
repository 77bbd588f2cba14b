import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { lockSystem, unlockSystem } from "../../../functions/api/act/lock-system.ts";
import { recordPage, submitted } from "../../../functions/api/schemas.ts";
import type { Signer } from "../../../shared/ports/signer.ts";
import { renderRecordLine } from "../../../shared/verification/record-line.ts";
import { fingerprint, signingKeys } from "../../../shared/verification/signing-keys.ts";
import type { Evidence } from "../../../shared/verification/verify-execution.ts";
import { ALICE, BOB, type Harness, harness } from "../../functions/api/harness.ts";

export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly pem: string };

export const keyPair = (): KeyPair => {
  const pair = generateKeyPairSync("ed25519");
  return { ...pair, pem: String(pair.publicKey.export({ type: "spki", format: "pem" })) };
};

export const signerOf = ({ privateKey, publicKey }: KeyPair): Signer => ({
  sign: async (payload) => ({
    algorithm: "EdDSA",
    key_id: fingerprint(publicKey),
    value: sign(null, Buffer.from(payload), privateKey).toString("base64url"),
  }),
});

export const signedHarness = (keys: KeyPair): Promise<Harness> => harness({ signer: signerOf(keys) });

const agents = [{ agent_id: "agent_1", permissions: ["ghl_access", "ghl_write", "email_send"] }];
const step = (step_id: string, tool_name: string, args: object, depends_on: string[] = []) => ({
  step_id,
  agent_id: "agent_1",
  tool_name,
  arguments: args,
  confidence: 0.95,
  depends_on,
});

/** A read, two writes one after the other that can be undone, and a HIGH one. */
export const somePlan = {
  plan_id: "plan_1",
  goal: "keep the CRM right",
  agents,
  steps: [
    step("search", "ghl_search", { query: "a" }),
    step("update", "ghl_update_contact", { contact_id: "c1", fields: { stage: "customer" } }, ["search"]),
    step("then", "ghl_update_contact", { contact_id: "c2", fields: { stage: "lead" } }, ["update"]),
    step("look", "memory_search", { query: "ann" }),
    step("mail", "msgraph_send_email", { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" }, ["look"]),
  ],
};

export const submit = async (on: Harness, plans: unknown[] = [somePlan]): Promise<string> => {
  const reply = await on.post("/executions", { plans });
  if (reply.status !== 202) throw new Error(await reply.text());
  await on.settle();
  return submitted.parse(await reply.json()).execution_id;
};

/** Two locks on an agent that does nothing here, and their end: four events of the operators' chain. */
export const operatorsAct = async (on: Harness): Promise<void> => {
  const scope = { kind: "agent", agent_id: "nobody" } as const;
  for (const reason of ["something smells", "again"]) {
    await lockSystem(on.deps)({ scope, mode: "stop_forward", reason }, "olga");
    const lifted = await unlockSystem(on.deps)({ scope, reason: "false alarm" }, "omar");
    if (!lifted.ok) throw new Error(JSON.stringify(lifted.refusal));
  }
};

/** Bob approves everything that is asked, again and again, until nothing is asked any more. */
export const approveAll = async (on: Harness, execution_id: string): Promise<void> => {
  for (;;) {
    const open = (await on.deps.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");
    if (open.length === 0) return;
    for (const { approval_id, digest } of open) {
      const body = { decision: "approve", digest, comment: "looks right" };
      const reply = await on.post(`/approvals/${approval_id}/decision`, body, BOB);
      if (!reply.ok) throw new Error(await reply.text());
    }
    await on.settle();
  }
};

export const rollBack = async (on: Harness, execution_id: string, depth: number): Promise<void> => {
  const reply = await on.post(`/executions/${execution_id}/rollback`, { reason: "a mistake", depth }, ALICE);
  if (!reply.ok) throw new Error(await reply.text());
  await on.settle();
};

/** Something whose API and files can be asked for evidence. */
type Witness = Pick<Harness, "get" | "deps">;

/** The record as the API gives it, in pages of `limit`. */
export const recordOf = async (on: Pick<Harness, "get">, execution_id: string, limit = 100): Promise<string> => {
  const lines: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const query: string = `limit=${limit}${next === "" ? "" : `&next=${next}`}`;
    const reply = await on.get(`/executions/${execution_id}/record?${query}`);
    const page = recordPage.parse(await reply.json());
    lines.push(...page.items.map((line) => `${renderRecordLine(JSON.parse(JSON.stringify(line)))}\n`));
    next = page.next;
  }
  return lines.join("");
};

export const evidenceOf = async (on: Witness, execution_id: string, keys: Pick<KeyPair, "pem">): Promise<Evidence> => {
  const names = await on.deps.artifactFiles.list(execution_id);
  const files = await Promise.all(
    names.map(async (name) => ({
      name,
      bytes: Buffer.from((await on.deps.artifactFiles.read(execution_id, name)) ?? ""),
    })),
  );
  return {
    execution_id,
    record: await recordOf(on, execution_id),
    files,
    keys: signingKeys(keys.pem),
    pinned: true,
  };
};
