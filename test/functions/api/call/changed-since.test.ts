import { describe, expect, it } from "vitest";
import { type CallReply, callReply } from "../../../../functions/api/schemas.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import { isJsonObject } from "../../../../shared/plan/json.ts";
import { agentScope } from "../../../../shared/scopes.ts";
import { ALICE, as, BOB, CAROL, type Harness, harness, problemIn } from "../harness.ts";

const FILL = {
  agent_id: "agent_1",
  tool_name: "form_fill",
  arguments: { selector: "#email", value: "ann@example.com" },
  confidence: 0.95,
  wait_seconds: 0,
};
const ITSELF = as("a-client", ["agent", agentScope("agent_1")]);
const OTHERS = as("another-client", ["agent", agentScope("agent_2")]);

const call = async (h: Harness, body: unknown = FILL, who = ALICE): Promise<CallReply> => {
  const answer = callReply.parse(await (await h.post("/calls", body, who)).json());
  await h.settle();
  return answer;
};

const approve = async (h: Harness): Promise<void> => {
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  const { approval_id, digest } = request;
  await h.get(`/approvals/${approval_id}`, BOB);
  expect((await h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest }, BOB)).status).toBe(200);
  await h.settle();
};

const executions = async (h: Harness): Promise<number> =>
  (await h.deps.executions.list({ limit: 10, next: null })).items.length;

/** Puts another version of the tool's contract in force. */
const change = async ({ deps }: Harness, bend: (known: ToolContract) => Partial<ToolContract>): Promise<void> => {
  const known = await deps.contracts.get(FILL.tool_name);
  if (known === undefined) throw new Error("no such contract");
  await deps.contracts.put({ ...known, content_hash: "another", ...bend(known), version: known.version + 1 });
};

/** The contract's schema with more said of its argument `value`, by which the call that waits is a misfit or another. */
const valueBecomes =
  (more: Record<string, string | number>) =>
  ({ input_schema }: ToolContract): Partial<ToolContract> => {
    const { properties } = input_schema;
    if (!isJsonObject(properties) || !isJsonObject(properties.value)) throw new Error("no such argument");
    const value = { ...properties.value, ...more };
    return { input_schema: { ...input_schema, properties: { ...properties, value } } };
  };

const narrowed = (h: Harness) => change(h, valueBecomes({ maxLength: 3 }));

const ofDora = async ({ deps }: Harness) => {
  const granted_permissions = (await deps.contracts.get(FILL.tool_name))?.required_permissions ?? [];
  const record = { agent_id: "agent_1", owner: "olga", granted_permissions, default_confidence: null };
  await deps.agents.put({ ...record, allowed_submitters: ["dora"] });
};

describe("a call whose contract or agent has changed since it was asked for", () => {
  it.each<readonly [string, (h: Harness) => Promise<unknown>]>([
    ["no longer takes its arguments", narrowed],
    ["reads them otherwise, by another default", (h) => change(h, valueBecomes({ default: FILL.arguments.value }))],
    ["is two versions on", (h) => narrowed(h).then(() => narrowed(h))],
  ])("a call that %s is answered for when it is made again: one question, one effect", async (_, becomes) => {
    const h = await harness();
    const { call_id } = await call(h);
    await becomes(h);
    expect(await call(h)).toMatchObject({ call_id, outcome: "waiting", attached: true });
    await approve(h);
    expect(await call(h)).toMatchObject({ call_id, outcome: "done", mode: "LIVE" });
    expect(await executions(h)).toBe(1);
  });

  it("a call that its contract takes no more is refused as a new one once its end was told", async () => {
    const h = await harness();
    await call(h);
    await narrowed(h);
    await approve(h);
    await call(h);
    const { violations } = await problemIn(await h.post("/calls", FILL, ALICE));
    expect(violations).toMatchObject([{ path: "/arguments/value" }]);
    expect(await executions(h)).toBe(1);
  });

  it("a call that its contract takes no more is answered for under its Idempotency-Key, which the first came without", async () => {
    const h = await harness();
    const { call_id } = await call(h);
    await narrowed(h);
    const keyed = () => h.post("/calls", FILL, ALICE, { "idempotency-key": "k1" });
    expect(callReply.parse(await (await keyed()).json()).call_id).toBe(call_id);
    await approve(h);
    for (const _ of [1, 2]) expect(callReply.parse(await (await keyed()).json())).toMatchObject({ outcome: "done" });
    expect(await executions(h)).toBe(1);
  });

  it("a call that its contract takes no more is answered for its agent's own token, and for no other agent's", async () => {
    const h = await harness();
    const { call_id } = await call(h);
    await narrowed(h);
    expect(await call(h, FILL, ITSELF)).toMatchObject({ call_id, attached: true });
    expect((await h.post("/calls", FILL, OTHERS)).status).toBe(400);
    expect((await h.post("/calls", { ...FILL, agent_id: "agent_2" }, OTHERS)).status).toBe(400);
    expect((await h.deps.executions.get(call_id))?.attached).toMatchObject([{ by: "agent:agent_1" }]);
  });

  it("a call of an agent for whom only others may submit now is told to who asked for it, and to nobody else", async () => {
    const h = await harness();
    const { call_id } = await call(h);
    await ofDora(h);
    expect(await call(h)).toMatchObject({ call_id, outcome: "waiting", attached: true });
    const { violations } = await problemIn(await h.post("/calls", FILL, CAROL));
    expect(violations).toMatchObject([{ path: "/agent_id" }]);
    expect((await h.deps.executions.get(call_id))?.attached).toBeUndefined();
  });

  it("a call for a preview is not answered for the one that is to be made, whatever its contract became", async () => {
    const h = await harness();
    await call(h);
    await narrowed(h);
    expect((await h.post("/calls", { ...FILL, config: { dry_run_only: true } }, ALICE)).status).toBe(400);
  });
});
