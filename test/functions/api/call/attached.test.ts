import { describe, expect, it } from "vitest";
import { callReply } from "../../../../functions/api/schemas.ts";
import { ALICE, as, BOB, CAROL, type Harness, harness, problemIn } from "../harness.ts";

const MAIL = {
  agent_id: "agent_1",
  tool_name: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
  confidence: 0.95,
  wait_seconds: 0,
};
const DAVE = as("dave", ["executions:write"]);

type Who = typeof ALICE;

const call = async (h: Harness, who: Who) => callReply.parse(await (await h.post("/calls", MAIL, who)).json());

const requestOf = async (h: Harness) => {
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  return request;
};

const approve = async (h: Harness, who: Who): Promise<Response> => {
  const { approval_id, digest } = await requestOf(h);
  await h.get(`/approvals/${approval_id}`, who);
  const answer = await h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest }, who);
  await h.settle();
  return answer;
};

const typesOf = async (h: Harness, call_id: string) =>
  (await h.deps.auditLog.chain(call_id, "execution")).map(({ type, actor }) => `${type} by ${actor}`);

describe("a second person who asks for the call that another's agent waits for", () => {
  it("a second asker of a call is one of its submitters on record, and told so", async () => {
    const h = await harness();
    const { call_id } = await call(h, ALICE);
    await h.settle();
    const joined = await call(h, BOB);
    expect(joined).toMatchObject({ call_id, attached: true });
    expect(joined.warnings.join()).toContain("you are one of its submitters from now on");
    await call(h, BOB);
    expect(await typesOf(h, call_id)).toEqual(expect.arrayContaining(["submitted by alice", "attached by bob"]));
    expect((await typesOf(h, call_id)).filter((event) => event === "attached by bob")).toHaveLength(1);
  });

  it("a second asker of a call cannot approve it where four eyes are asked for, whenever the request came", async () => {
    const before = await harness();
    await call(before, ALICE);
    await before.settle();
    await call(before, BOB);
    expect((await requestOf(before)).excluded).toContain("bob");
    expect((await problemIn(await approve(before, BOB))).reason).toBe("four_eyes");
    expect((await approve(before, CAROL)).status).toBe(200);

    const later = await harness();
    await call(later, ALICE);
    await call(later, BOB);
    await later.settle();
    expect((await problemIn(await approve(later, BOB))).reason).toBe("four_eyes");
  });

  it("a second asker of a call reads its outcome, which nobody else without the scope does", async () => {
    const h = await harness();
    const { call_id } = await call(h, ALICE);
    await h.settle();
    expect((await h.get(`/calls/${call_id}`, DAVE)).status).toBe(404);
    await call(h, DAVE);
    expect((await h.get(`/calls/${call_id}`, DAVE)).status).toBe(202);
    expect((await approve(h, BOB)).status).toBe(200);
    expect(await call(h, DAVE)).toMatchObject({ call_id, outcome: "done", output: { sandbox: true } });
  });

  it("a second asker of a call keeps the vote that was given before as another's", async () => {
    const h = await harness();
    const { call_id } = await call(h, ALICE);
    await h.settle();
    expect((await approve(h, BOB)).status).toBe(200);
    expect(await call(h, BOB)).toMatchObject({ call_id, outcome: "done" });
    expect(await typesOf(h, call_id)).not.toContain("attached by bob");
  });

  it("a second asker of a call is one of fifty at the same moment, none of whom fails over the others", async () => {
    const h = await harness();
    const { call_id } = await call(h, ALICE);
    await h.settle();
    const others = Array.from({ length: 50 }, (_, n) => as(`person${n}`, ["executions:write"]));
    const answers = await Promise.all(others.map((who) => h.post("/calls", MAIL, who)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await h.deps.executions.get(call_id))?.attached).toHaveLength(50);
    expect((await requestOf(h)).excluded).toHaveLength(51);
  });

  it("a second asker of a call is refused where fifty others have asked already", async () => {
    const h = await harness();
    const { call_id } = await call(h, ALICE);
    await h.settle();
    const record = await h.deps.executions.get(call_id);
    if (record === undefined) throw new Error("it is on record");
    const attached = Array.from({ length: 50 }, (_, n) => ({ by: `person ${n}`, at: record.submitted_at }));
    await h.deps.executions.update({ ...record, attached });
    const answer = await h.post("/calls", MAIL, BOB);
    expect(answer.status).toBe(429);
    expect(await problemIn(answer)).toMatchObject({ limit: { name: "attached", value: 50 } });
  });
});
