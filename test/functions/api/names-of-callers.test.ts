import { describe, expect, it, vi } from "vitest";
import { approvalView, callerNameList, callerNameReply, submitted } from "../../../functions/api/schemas.ts";
import { MAX_CALLER_NAMES } from "../../../shared/plan/caller-name.ts";
import { as, type Harness, harness, mailPlan, problemIn } from "./harness.ts";

const ADA = as("ada", ["contracts:write", "read"]);
const BOB = as("bob", ["approvals:decide"]);
const APP = "7fa3kq2v9client";

const listed = async (h: Harness) => callerNameList.parse(await (await h.get("/names", BOB)).json()).names;
const acts = async (h: Harness) => (await Array.fromAsync(h.deps.auditLog.events("operators"))).map(({ type }) => type);
const called = (h: Harness, caller: string, name: string) => h.put(`/names/${caller}`, { name }, ADA);

describe("PUT /names/{caller}", () => {
  it("a name is given to a caller's id, which approvers read, on record, in place of the one before", async () => {
    const h = await harness();
    const first = await called(h, APP, "Sales desk");
    expect([first.status, callerNameReply.parse(await first.json())]).toMatchObject([
      201,
      { named: { caller: APP, name: "Sales desk", by: "ada" }, created: true },
    ]);
    expect((await called(h, APP, "Sales desk, Berlin")).status).toBe(200);
    expect(await listed(h)).toMatchObject([{ caller: APP, name: "Sales desk, Berlin" }]);
    expect(await acts(h)).toEqual(["caller_named", "caller_named"]);
  });

  it("a name that somebody else's act came before is on record as one that came to nothing", async () => {
    const h = await harness();
    const { put } = h.deps.callerNames;
    vi.spyOn(h.deps.callerNames, "put").mockImplementationOnce(async (named, changes) => {
      await put({ ...named, caller: "id-2", by: "eve" }, changes);
      return put(named, changes);
    });
    const lost = await called(h, APP, "Sales desk");
    expect([lost.status, (await problemIn(lost)).violations?.[0]?.message]).toEqual([
      400,
      "id-2 is called Sales desk: a name is of one caller",
    ]);
    const events = await Array.fromAsync(h.deps.auditLog.events("operators"));
    expect(events.map(({ type, body }) => [type, body.act, body.caller])).toEqual([
      ["caller_named", undefined, APP],
      ["came_to_nothing", "caller_named", APP],
    ]);
  });

  it("a name that is the same keeps nothing new", async () => {
    const h = await harness();
    await called(h, APP, "Sales desk");
    expect((await called(h, APP, "Sales desk")).status).toBe(200);
    expect(await acts(h)).toEqual(["caller_named"]);
  });

  it.each([
    ["another caller's name", "Night shift", "id-2 is called Night shift"],
    ["another's in letters that look alike", "Night ѕhift", "a name is of one caller"],
    ["another caller's id", "ID-2", "reads like another caller's id: id-2"],
    ["an agent that asks for itself", "Agent:janitor", "only an agent with a token of its own"],
    ["something else than what is seen", "Sales\u202edesk", "letters, digits, signs"],
    ["the system itself", "Buddy", "records call this system itself so"],
    ["nobody", "  ", "1 character"],
  ])("a name that could be taken for %s is refused", async (_what, name, words) => {
    const h = await harness();
    await called(h, "id-2", "Night shift");
    const { violations = [] } = await problemIn(await called(h, APP, name));
    expect(violations[0]).toMatchObject({ path: "/name", message: expect.stringContaining(words) });
    expect(await listed(h)).toHaveLength(1);
  });

  it("a name for a caller whose id another is called by is refused until that is changed", async () => {
    const h = await harness();
    await called(h, APP, "Bob");
    const { violations = [] } = await problemIn(await called(h, "bob", "Bob Builder"));
    expect(violations[0]?.message).toContain(`${APP} is called Bob, which reads like this caller's id`);
    expect((await called(h, APP, "Sales desk")).status).toBe(200);
    expect((await called(h, "bob", "Bob Builder")).status).toBe(201);
  });

  it.each([
    ["one name", "Night shift", "Night shift"],
    ["names that look alike", "Night shift", "Night ѕhift"],
    ["a name and the id that reads like it", "id-2", "Night shift"],
  ])("%s, asked for at one moment, is given to exactly one of two callers", async (_what, one, other) => {
    const h = await harness();
    const answers = await Promise.all([called(h, APP, one), called(h, "id-2", other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
    expect(await listed(h)).toHaveLength(1);
  });

  it("a name leaves comparisons on the id: an approver's name on a submitter excludes the submitter, not the approver", async () => {
    const h = await harness();
    await called(h, "sam", "Bob");
    const bob = as("bob", ["executions:write", "read", "approvals:decide"]);
    const sam = as("sam", ["executions:write", "read", "approvals:decide"]);
    await h.post("/executions", mailPlan("p1"), sam);
    await h.settle();
    const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
    expect(request).toMatchObject({ submitted_by: "sam", excluded: expect.arrayContaining(["sam"]) });
    const decide = (by: typeof bob) =>
      h.post(`/approvals/${request?.approval_id}/decision`, { decision: "approve", digest: request?.digest }, by);
    expect((await decide(sam)).status).toBe(403);
    expect((await decide(bob)).status).toBe(200);
  });

  it("a name is read, with the id beside it, in what an approver is told of why not, of who locked and of who decided", async () => {
    const h = await harness();
    const bob = as("bob", ["executions:write", "read", "approvals:decide", "system:lock"]);
    await called(h, "bob", "Robert Ross");
    await h.post("/executions", mailPlan("p1"), bob);
    await h.settle();
    const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
    const path = `/approvals/${request?.approval_id}`;
    const why = async () => approvalView.parse(await (await h.get(path, bob)).json()).you_may_not_because;
    expect(await why()).toContain("Robert Ross (bob) submitted it");
    const decide = (decision: string) =>
      h.post(`${path}/decision`, { decision, digest: request?.digest, comment: "not today" }, bob);
    expect((await problemIn(await decide("approve"))).detail).toContain("Robert Ross (bob) submitted it");
    const scope = { kind: "everything" };
    expect((await h.post("/system/lock", { scope, mode: "stop_forward", reason: "odd" }, bob)).ok).toBe(true);
    expect(await why()).toContain("by Robert Ross (bob): odd");
    expect((await h.post("/system/unlock", { scope, reason: "clear" }, as("olga", ["system:lock"]))).ok).toBe(true);
    await decide("reject");
    expect((await problemIn(await decide("approve"))).detail).toContain("rejected already, by Robert Ross (bob)");
  });

  it("a name is read, with the id beside it, in what a caller is told of why it may not stop, resume, unlock or try", async () => {
    const h = await harness();
    await called(h, "bob", "Robert Ross");
    await called(h, APP, "Sales desk");
    const bob = as("bob", ["executions:write", "executions:operate", "read", "system:lock"]);
    const detail = async (answer: Response) => (await problemIn(answer)).detail;
    const { execution_id: id } = submitted.parse(await (await h.post("/executions", mailPlan("p1"), bob)).json());
    await h.settle();
    const app = as(APP, ["executions:write", "read"]);
    const stopped = await h.post(`/executions/${id}/abort`, { reason: "mine" }, app);
    expect(await detail(stopped)).toContain(`submitted by Robert Ross (bob), not by Sales desk (${APP})`);
    const scope = { kind: "everything" };
    await h.post("/system/lock", { scope, mode: "stop_forward", reason: "odd" }, bob);
    await h.settle();
    const resumed = await h.post(`/executions/${id}/resume`, { reason: "now" }, bob);
    expect(await detail(resumed)).toContain("lock everything of Robert Ross (bob) still applies (odd)");
    const unlocked = await h.post("/system/unlock", { scope, reason: "mine" }, bob);
    expect(await detail(unlocked)).toBe("Robert Ross (bob) locked it: a second person must unlock");
    const change = { arguments: { contact_id: "c1", fields: { stage: "lead" } } };
    const tried = await h.post("/contracts/ghl_update_contact/try", change, ADA);
    expect(await tried.json()).toMatchObject({ preview: { why: "locked by Robert Ross (bob): odd" } });
    const until = new Date(h.time.now + 86_400_000).toISOString();
    const away = await h.put(`/away/${APP}`, { until }, as("bob", ["approvals:decide"]));
    expect(await detail(away)).toContain(`Robert Ross (bob) may say so for themselves only; for Sales desk (${APP})`);
  });

  it("a name is read, with the id beside it, in what a caller is told of who may submit for an agent, and who can allow it", async () => {
    const h = await harness();
    await called(h, "tom", "Tom Tanner");
    const agent = { agent_id: "agent_1", owner: "tom", granted_permissions: [], allowed_submitters: ["tom"] };
    expect((await h.put("/agents/agent_1", agent, ADA)).ok).toBe(true);
    const told = async (path: string, body: object) => {
      const { violations = [] } = await problemIn(await h.post(path, body, as(APP, ["executions:write"])));
      return violations.map(({ message }) => message);
    };
    const owner = "its owner, Tom Tanner (tom), can allow it";
    expect(await told("/executions", mailPlan("p1"))).toEqual([
      `"${APP}" may not submit plans for agent "agent_1"; ${owner}`,
    ]);
    await called(h, APP, "Sales desk");
    expect(await told("/executions", mailPlan("p1"))).toEqual([
      `Sales desk (${APP}) may not submit plans for agent "agent_1"; ${owner}`,
    ]);
  });

  it("a name is refused where as many have one as an answer lists, for a new caller alone", async () => {
    const h = await harness();
    const at = "2026-01-31T12:00:00.000Z";
    for (let each = 0; each < MAX_CALLER_NAMES; each += 1)
      await h.deps.callerNames.put({ caller: `id ${each}`, name: `name ${each}`, by: "ada", at }, each);
    expect((await called(h, APP, "Sales desk")).status).toBe(429);
    expect((await called(h, "id 1", "Sales desk")).status).toBe(200);
  });
});

describe("DELETE /names/{caller}", () => {
  it("a name that was taken away has the id read alone again", async () => {
    const h = await harness();
    await called(h, APP, "Sales desk");
    expect((await h.remove(`/names/${APP}`, ADA)).status).toBe(200);
    expect([await listed(h), await acts(h)]).toEqual([[], ["caller_named", "caller_name_removed"]]);
    expect((await h.remove(`/names/${APP}`, ADA)).status).toBe(404);
  });
});
