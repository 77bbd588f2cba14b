import { describe, expect, it } from "vitest";
import { type CallReply, callReply } from "../../../../functions/api/schemas.ts";
import { ALICE, as, BOB, CAROL, type Harness, harness, problemIn } from "../harness.ts";

const MAIL = {
  agent_id: "agent_1",
  tool_name: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
  confidence: 0.95,
  wait_seconds: 0,
};
const READ = { ...MAIL, tool_name: "memory_search", arguments: { query: "ann" } };
const ITSELF = as("agent:agent_1", ["agent", "agent:agent_1"]);
const OTHERS = as("agent:agent_2", ["agent", "agent:agent_2"]);

type Headers = Record<string, string>;
const call = async (h: Harness, body: object, headers: Headers = {}, who = ALICE): Promise<CallReply> =>
  callReply.parse(await (await h.post("/calls", body, who, headers)).json());

/** A call whose end was asked for, and told. */
const toldCall = async (h: Harness): Promise<string> => {
  const { call_id } = await call(h, MAIL);
  await h.settle();
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  const { approval_id, digest } = request;
  await h.get(`/approvals/${approval_id}`, BOB);
  await h.post(`/approvals/${approval_id}/decision`, { digest, decision: "approve" }, BOB);
  await h.settle();
  expect(callReply.parse(await (await h.get(`/calls/${call_id}`)).json())).toMatchObject({ outcome: "done" });
  return call_id;
};

describe("a call that goes on with one of before", () => {
  it("a call that goes on with one of before is answered for that after its end was told, and its key stands for that, too", async () => {
    const h = await harness();
    const call_id = await toldCall(h);
    const key = { "idempotency-key": "k1" };
    const told = await call(h, { ...MAIL, goes_on_with: call_id }, key);
    expect(told).toMatchObject({ outcome: "done", call_id, attached: true });
    expect(told.warnings).toEqual([expect.stringMatching(/^the same call was asked for at .* and is answered here$/)]);
    expect(await call(h, MAIL, key)).toMatchObject({ outcome: "done", call_id });
    expect(h.workflow.started).toHaveLength(1);
    expect((await call(h, MAIL)).call_id).not.toBe(call_id);
  });

  it("a call that goes on with one that is not the same is refused, and never becomes a new one", async () => {
    const h = await harness();
    const call_id = await toldCall(h);
    const of = { goes_on_with: call_id };
    const bodies = [
      { ...MAIL, ...of, arguments: { ...MAIL.arguments, subject: "Another" } },
      { ...MAIL, ...of, config: { dry_run_only: true } },
      { ...MAIL, ...of, agent_id: "agent_2" },
      { ...READ, ...of },
      { ...MAIL, goes_on_with: "none" },
    ];
    for (const body of bodies) {
      const { status, violations } = await problemIn(await h.post("/calls", body));
      expect([status, violations]).toMatchObject([400, [{ path: "/goes_on_with", rule: "goes_on_with" }]]);
    }
    expect(h.workflow.started).toHaveLength(1);
  });

  it("a call that goes on with one is for its agent, who asked for it, and who may submit for its agent", async () => {
    const h = await harness();
    const call_id = await toldCall(h);
    const body = { ...MAIL, goes_on_with: call_id };
    const record = { agent_id: "agent_1", owner: "olga", granted_permissions: [], default_confidence: null };
    await h.deps.agents.put({ ...record, allowed_submitters: ["dora"] });
    for (const who of [ITSELF, ALICE, as("dora")]) expect(await call(h, body, {}, who)).toMatchObject({ call_id });
    for (const who of [OTHERS, CAROL]) {
      const { violations } = await problemIn(await h.post("/calls", body, who));
      expect(violations).toMatchObject([{ path: "/goes_on_with" }]);
    }
  });
});
