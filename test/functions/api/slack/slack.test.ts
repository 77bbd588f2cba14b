import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guardedNotices } from "../../../../functions/adapters/http/guarded-notices.ts";
import { webhookCreated } from "../../../../functions/api/schemas.ts";
import { answerSlack } from "../../../../functions/api/slack/answer-slack.ts";
import { deliver } from "../../../../functions/webhooks/deliver.ts";
import { BOT_TOKEN, type Slack, startSlack } from "../../../counterparts/slack.ts";
import { as, type Harness, harness, NOON, POLICY, problemIn, updatePlan } from "../harness.ts";

const SIGNING = "8f742231b10e8888abcd99yyyzzz85a5";
const ADA = as("ada", ["contracts:write", "read"]);

let slack: Slack;
beforeAll(async () => {
  slack = await startSlack(SIGNING);
});
afterAll(() => slack.stop());
beforeEach(() => slack.clear());

/** A request that waits, shown in the channel. */
const asked = async (plan: object = updatePlan("p1"), app: string | null = SIGNING, more: object = {}) => {
  const h = await harness({
    policy: { ...POLICY, allowed_hosts: [slack.host], slack_people: { U1: "bob", U2: "carol", U3: "alice" } },
    notices: guardedNotices({ allowed_hosts: [slack.host], networks: [], loopback: true }),
    consoleUrl: () => "https://buddy.example.com/console",
  });
  answerSlack(h.router, h.deps);
  const body = { url: slack.url, kind: "slack", slack_signing_secret: app, ...more };
  webhookCreated.parse(await (await h.post("/webhooks", body, ADA)).json());
  await h.post("/executions", { plans: [plan] });
  await h.settle();
  for (const { type, detail } of h.bus.published) {
    await deliver(h.deps)({ source: "buddy", "detail-type": type, detail });
  }
  return h;
};

const click = (h: Harness, user: string, label: string, options = {}) =>
  h.router.request("/slack/interactions", slack.clickOn(0, user, label, { at: h.time.now, ...options }));
const requestIn = async (h: Harness) => {
  const [found] = await h.deps.approvals.ofExecution("01EX0002");
  if (found === undefined) throw new Error("no request");
  return found;
};

const requestFor = async ({ deps }: Harness, step: string) => {
  const { items } = await deps.approvals.list({ status: "open", limit: 10, next: null });
  return items.find(({ step_id }) => step_id === step) ?? expect.fail(`${step} asks nobody`);
};

describe("a message of Slack", () => {
  it("a message of Slack shows the request in full, with buttons and the console's page of it", async () => {
    const h = await asked();
    const { approval_id } = await requestIn(h);
    expect(slack.labels(0)).toEqual(["Approve", "Reject", "Open in the console"]);
    for (const text of ["ghl_update_contact", '"customer"', "contact_id", "asked by mail"]) {
      expect(slack.textOf(0)).toContain(text);
    }
    expect(JSON.stringify(slack.channel[0])).toContain(`https://buddy.example.com/console/requests/${approval_id}`);
  });

  it("a message of Slack has beside its buttons what a decision rests on elsewhere: earlier ones, sources, what a no stops", async () => {
    const find = { step_id: "find", agent_id: "agent_1", tool_name: "ghl_search", confidence: 0.95 };
    const plan = updatePlan("p1");
    const [, update] = plan.steps;
    const steps = [
      { ...find, arguments: { query: "c1" } },
      {
        ...update,
        depends_on: ["find"],
        arguments: { contact_id: { $from: "find", path: "/contact_id" }, fields: { stage: "customer" } },
      },
      {
        ...update,
        step_id: "then",
        depends_on: ["update"],
        arguments: { contact_id: "c2", fields: { stage: "lead" } },
      },
    ];
    const h = await asked({ ...plan, steps });
    await h.put("/names/carol", { name: "Carol Cole" }, ADA);
    const first = await requestFor(h, "update");
    const no = { decision: "reject", digest: first.digest, comment: "not this customer" };
    expect((await h.post(`/approvals/${first.approval_id}/decision`, no, as("carol", ["approvals:decide"]))).ok).toBe(
      true,
    );
    await h.settle();
    const before = h.bus.published.length;
    await h.post("/executions", { plans: [{ ...plan, steps }] });
    await h.settle();
    slack.clear();
    for (const { type, detail } of h.bus.published.slice(before)) {
      await deliver(h.deps)({ source: "buddy", "detail-type": type, detail });
    }
    const texts = slack.channel.map((_said, place) => slack.textOf(place));
    const text = texts.find((each) => each.includes("/ update")) ?? expect.fail(texts.join("\n\n"));
    expect(text).toMatch(/Mind: the same call was rejected by Carol Cole \(carol\) at [^:]+:.*: “not this customer”/u);
    expect(text).toContain("/contact_id comes from the result of find, /contact_id");
    expect(text).toContain("Already ran: find");
    expect(text).toContain("A no stops: then");
  });

  it("a message of Slack has no buttons where it does not show everything, and none where nobody could believe a click", async () => {
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field_${n}`, "x".repeat(1_400)]));
    const plan = updatePlan("p1");
    const [, update] = plan.steps;
    await asked({ ...plan, steps: [{ ...update, depends_on: [], arguments: { contact_id: "c1", fields } }] });
    expect(slack.labels(0)).toEqual(["Open in the console"]);
    expect(slack.textOf(0)).toContain("too long for a message");
    slack.clear();
    await asked(updatePlan("p1"), null);
    expect(slack.labels(0)).toEqual(["Open in the console"]);
  });

  it("a message of Slack is sent in short where Slack takes no message of its length, and nobody decides by it", async () => {
    slack.limit(3_000);
    const h = await asked(updatePlan("p1", "c1", { goal: "w".repeat(4_000) }));
    expect(slack.channel).toHaveLength(1);
    expect(slack.textOf(0)).toContain("too long for a message");
    expect(slack.labels(0)).toEqual(["Open in the console"]);
    const [address] = await h.deps.webhooks.all();
    expect(address).toMatchObject({ status: "active", failing_since: null });
  });

  it("a message of Slack counts letters as Slack does: one outside of the first plane is two, and never cut in half", async () => {
    await asked(updatePlan("p1", "c1", { goal: `x${"\u{1f600}".repeat(4_000)}` }));
    expect(slack.textOf(0).replaceAll("\n", "")).toContain("\u{1f600}".repeat(4_000));
    expect(slack.textOf(0).isWellFormed()).toBe(true);
  });

  it("a message of Slack shows what an agent wrote as plain text, cut into what Slack takes", async () => {
    const goal = `<!channel> <https://evil.example|click> *bold* \u202e ${"w".repeat(4_000)}`;
    await asked(updatePlan("p1", "c1", { goal }));
    expect(slack.textOf(0)).toContain("<!channel>");
    expect(slack.textOf(0)).not.toContain("\u202e");
    expect(slack.labels(0)).toContain("Approve");
  });
});

describe("a click", () => {
  it("a click in Slack decides in the name of the person whom the setting names, and the message says who", async () => {
    const h = await asked();
    expect((await click(h, "U1", "Approve")).status).toBe(200);
    expect(await requestIn(h)).toMatchObject({ status: "approved", votes: [{ by: "bob" }] });
    expect(slack.textOf(0)).toContain("approved by bob");
    expect(slack.labels(0)).toEqual([]);
    await h.settle();
    expect((await h.deps.executions.get("01EX0002"))?.status).toBe("SUCCEEDED");
  });

  it("a click in Slack is answered with the names that ids were given, the ids beside them", async () => {
    const h = await asked();
    for (const [caller, name] of [
      ["bob", "Robert Ross"],
      ["alice", "Sales desk"],
    ]) {
      expect((await h.put(`/names/${caller}`, { name }, ADA)).ok).toBe(true);
    }
    await click(h, "U1", "Approve");
    expect(slack.textOf(0)).toContain("approved by Robert Ross (bob)");
  });

  it("a click in Slack rejects, with who clicked on record", async () => {
    const h = await asked();
    await click(h, "U2", "Reject");
    expect(await requestIn(h)).toMatchObject({
      status: "rejected",
      decided_by: "carol",
      comment: "rejected in Slack by U2",
    });
  });

  it("of two clicks at the same moment one decides, and both see who did", async () => {
    const h = await asked();
    const two = [
      slack.clickOn(0, "U1", "Approve", { at: h.time.now }),
      slack.clickOn(0, "U2", "Reject", { at: h.time.now }),
    ];
    await Promise.all(two.map((each) => h.router.request("/slack/interactions", each)));
    const { status, decided_by, votes } = await requestIn(h);
    expect(["approved", "rejected"]).toContain(status);
    expect(slack.textOf(0)).toContain(`${status} by ${decided_by ?? votes[0]?.by}`);
    const events = await h.deps.auditLog.chain("01EX0002", "execution");
    expect(events.filter(({ type }) => type === "approval_decided")).toHaveLength(1);
  });

  it("a click in Slack decides nothing for a stranger, and tells whom to ask", async () => {
    const h = await asked();
    await click(h, "U9", "Approve");
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.whispers).toEqual([expect.stringContaining("slack_people")]);
    expect(slack.labels(0)).toContain("Approve");
  });

  it("a click in Slack decides nothing on what the message did not show", async () => {
    const h = await asked();
    const kept = slack.clickOn(0, "U1", "Approve", { at: h.time.now });
    const request = await requestIn(h);
    await h.deps.approvals.update({ ...request, digest: "another" });
    await h.router.request("/slack/interactions", kept);
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.whispers).toHaveLength(1);
  });

  it("a click in Slack approves nothing that the message calls asked elsewhere as well, once that was decided", async () => {
    const h = await asked();
    const first = await requestIn(h);
    const before = h.bus.published.length;
    const plan = updatePlan("p2");
    await h.post("/executions", { plans: [{ ...plan, plan_id: "p2" }] });
    await h.settle();
    slack.clear();
    const tell = async () => {
      for (const { type, detail } of h.bus.published.slice(before)) {
        await deliver(h.deps)({ source: "buddy", "detail-type": type, detail });
      }
    };
    await tell();
    expect(slack.textOf(0)).toContain("the same call is being asked about");
    const no = { decision: "reject", digest: first.digest, comment: "not this customer" };
    expect((await h.post(`/approvals/${first.approval_id}/decision`, no, as("carol", ["approvals:decide"]))).ok).toBe(
      true,
    );
    await click(h, "U1", "Approve");
    const open = await h.deps.approvals.list({ status: "open", limit: 10, next: null });
    expect(open.items).toMatchObject([{ status: "open", votes: [] }]);
    expect(JSON.stringify(slack.whispers)).toContain("the same call was rejected by carol");
    await click(h, "U1", "Reject");
    expect((await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items).toEqual([]);
  });

  it("a click in Slack decides nothing that is HIGH", async () => {
    const h = await asked();
    await h.deps.approvals.update({ ...(await requestIn(h)), risk_level: "HIGH" });
    await click(h, "U2", "Approve");
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.whispers[0]).toContain("in the console");
  });

  it("a click in Slack counts for the person whom the setting names at that moment, and for nobody it names no more", async () => {
    const h = await asked();
    const { policy } = h.deps;
    Object.assign(h.deps, { policy: { ...policy, slack_people: { U2: "carol" } } });
    await click(h, "U1", "Approve");
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.whispers).toEqual([expect.stringContaining("slack_people")]);
    Object.assign(h.deps, { policy: { ...policy, slack_people: { U1: "dave" } } });
    await click(h, "U1", "Approve");
    expect(await requestIn(h)).toMatchObject({ status: "approved", votes: [{ by: "dave" }] });
  });

  it("a click in Slack decides nothing while a lock holds, and the person who clicked is told whose it is", async () => {
    const h = await asked();
    const lock = { scope: { kind: "everything" }, mode: "stop_forward", reason: "it mails strangers" };
    expect((await h.post("/system/lock", lock, as("omar", ["system:lock"]))).ok).toBe(true);
    for (const word of ["Approve", "Reject"]) await click(h, "U1", word);
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.whispers).toHaveLength(2);
    for (const said of slack.whispers) {
      expect(said).toContain("locked (everything) by omar: it mails strangers; it can be decided after unlock");
    }
    expect(slack.labels(0)).toContain("Approve");
  });

  it("a click in Slack is answered where its app is and nowhere else, whatever the click says", async () => {
    const h = await asked();
    const sent: string[] = [];
    const notices: typeof h.deps.notices = {
      send: async ({ url }) => {
        sent.push(url);
        return { kind: "answered", status: 200 };
      },
    };
    Object.assign(h.deps, { notices });
    await click(h, "U1", "Approve", { answer_to: "https://hooks.slack.evil.example/actions/x" });
    expect(await requestIn(h)).toMatchObject({ status: "approved", votes: [{ by: "bob" }] });
    expect(sent).toEqual([]);
    expect(JSON.stringify(h.logged)).toContain("a click has its answer sent elsewhere than its app is");
  });

  it("a click in Slack is one person's voice, however often it is made: where two are asked, two decide", async () => {
    const h = await asked();
    await h.deps.approvals.update({ ...(await requestIn(h)), approvals_required: 2 });
    for (let n = 0; n < 2; n += 1) await click(h, "U1", "Approve");
    expect(await requestIn(h)).toMatchObject({ status: "open", votes: [{ by: "bob" }] });
    expect(slack.whispers[0]).toContain("1 of 2");
    await click(h, "U2", "Approve");
    expect((await requestIn(h)).status).toBe("approved");
  });

  it.each([
    ["under another secret", { secret: "another secret of an app" }],
    ["that was kept for six minutes", { at: NOON - 360_000 }],
    ["from a clock far ahead", { at: NOON + 360_000 }],
  ])("a click %s is not believed", async (_what, options) => {
    const h = await asked();
    expect((await click(h, "U1", "Approve", options)).status).toBe(401);
    expect((await requestIn(h)).status).toBe("open");
  });

  it("a click changed on its way, or without a signature, is not believed", async () => {
    const h = await asked();
    const sent = slack.clickOn(0, "U1", "Approve", { at: h.time.now });
    const changed = { ...sent, body: sent.body.replace("U1", "U2") };
    const bare = { ...sent, headers: { "content-type": sent.headers["content-type"] } };
    for (const each of [changed, bare]) expect((await h.router.request("/slack/interactions", each)).status).toBe(401);
    expect((await requestIn(h)).status).toBe("open");
  });

  it("a click that is played again within its five minutes changes nothing more", async () => {
    const h = await asked();
    const sent = slack.clickOn(0, "U1", "Approve", { at: h.time.now });
    for (let n = 0; n < 2; n += 1) await h.router.request("/slack/interactions", sent);
    expect((await requestIn(h)).votes).toHaveLength(1);
  });
});

describe("a click on Reject, where the app has a bot", () => {
  const withBot = (token = BOT_TOKEN) => asked(updatePlan("p1"), SIGNING, { slack_bot_token: token });
  const send = (h: Harness, user: string, written: string | null, options = {}) =>
    h.router.request("/slack/interactions", slack.submitDialog(user, written, { at: h.time.now, ...options }));

  it("a click on Reject asks why in a dialog, where the app has a bot, and rejects with what is written there", async () => {
    const h = await withBot();
    await click(h, "U2", "Reject");
    expect((await requestIn(h)).status).toBe("open");
    expect(slack.dialogs).toHaveLength(1);
    const answer = await send(h, "U2", "  the wrong <!channel> stage ");
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    const comment = "the wrong <!channel> stage (rejected in Slack by U2)";
    expect(await requestIn(h)).toMatchObject({ status: "rejected", decided_by: "carol", comment });
    expect(slack.textOf(0)).toContain("rejected by carol: the wrong <!channel> stage");
    expect(slack.labels(0)).toEqual([]);
  });

  it("a click on Reject rejects with a reason that was cut within a sign, on record, so that the execution ends", async () => {
    const h = await withBot();
    await click(h, "U2", "Reject");
    expect((await send(h, "U2", "not this one \ud83d")).status).toBe(200);
    const request = await requestIn(h);
    expect(request).toMatchObject({ status: "rejected", comment: "not this one \ufffd (rejected in Slack by U2)" });
    await h.settle();
    expect((await h.deps.executions.get(request.execution_id))?.concluded).toBe("INCOMPLETE");
  });

  it("a dialog decides in the name of its sender, on what the message showed, and once", async () => {
    const h = await withBot();
    await click(h, "U2", "Reject");
    await send(h, "U9", "a stranger's words");
    const request = await requestIn(h);
    expect(request.status).toBe("open");
    const changed = await h.deps.approvals.update({ ...request, digest: "another" });
    await send(h, "U2", "about what was there before");
    expect((await requestIn(h)).status).toBe("open");
    if (changed !== "moved") await h.deps.approvals.update({ ...changed, digest: request.digest });
    for (const words of ["no", "no, again"]) await send(h, "U2", words);
    expect(await requestIn(h)).toMatchObject({ status: "rejected", comment: "no (rejected in Slack by U2)" });
  });

  it("a dialog that is empty, or that Slack did not sign, decides nothing", async () => {
    const h = await withBot();
    await click(h, "U2", "Reject");
    for (const written of ["   ", null]) {
      const answer = await send(h, "U2", written);
      expect(await answer.json()).toEqual({
        response_action: "errors",
        errors: { buddy_reason: "Say why, in words." },
      });
    }
    expect((await send(h, "U2", "no", { secret: "another secret of an app" })).status).toBe(401);
    expect((await requestIn(h)).status).toBe("open");
  });

  it("a click on Reject rejects at once where Slack opens no dialog", async () => {
    const h = await withBot("xoxb-a-token-that-was-revoked");
    await click(h, "U2", "Reject");
    expect(await requestIn(h)).toMatchObject({ status: "rejected", comment: "rejected in Slack by U2" });
  });

  it.each([
    ["an address of the same app without a bot", {}],
    ["one whose bot's token was revoked", { slack_bot_token: "xoxb-a-token-that-was-revoked" }],
  ])("a click on Reject asks why where %s was registered before the one with the bot", async (_what, before) => {
    const h = await asked(updatePlan("p1"), SIGNING, before);
    const bot = { url: slack.url, kind: "slack", slack_signing_secret: SIGNING, slack_bot_token: BOT_TOKEN };
    webhookCreated.parse(await (await h.post("/webhooks", bot, ADA)).json());
    await click(h, "U2", "Reject");
    expect((await requestIn(h)).status).toBe("open");
    await send(h, "U2", "the wrong stage");
    expect(await requestIn(h)).toMatchObject({
      status: "rejected",
      comment: "the wrong stage (rejected in Slack by U2)",
    });
  });

  it("a click on Reject opens no dialog about what was decided meanwhile: the message says by whom", async () => {
    const h = await withBot();
    const late = slack.clickOn(0, "U2", "Reject", { at: h.time.now });
    await click(h, "U1", "Approve");
    await h.router.request("/slack/interactions", late);
    expect(slack.dialogs).toEqual([]);
    expect(slack.textOf(0)).toContain("approved by bob");
  });

  it("a bot's token is refused without the secret by which its dialogs are believed", async () => {
    const h = await harness({ policy: { ...POLICY, allowed_hosts: [slack.host] } });
    const body = { url: slack.url, kind: "slack", slack_bot_token: BOT_TOKEN };
    const { violations = [] } = await problemIn(await h.post("/webhooks", body, ADA));
    expect(violations[0]).toMatchObject({
      path: "/slack_bot_token",
      message: expect.stringContaining("together with"),
    });
  });
});
