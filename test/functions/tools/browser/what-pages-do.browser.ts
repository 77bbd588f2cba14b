import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { chromiumPages, type KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import { contractFrom, templateOf } from "../../../../shared/contracts/templates/index.ts";
import { isPicture } from "../../../../shared/execution/approval/picture.ts";
import { accept } from "../../../../shared/plan/result.ts";
import { ToolFailure } from "../../../../shared/ports/tools.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { SIGN_IN_PASSWORD, startFormApp } from "../../../counterparts/form-app.ts";
import { approveUnanswered } from "../../../harness/never-answered.ts";
import { notingStores } from "../../../harness/noting-stores.ts";
import { reported } from "../../../harness/outcome.ts";
import { approve, requestFor, submit } from "../../../harness/people.ts";
import { call as asked, plan } from "../../../harness/plans.ts";
import { startWorld } from "../../../harness/world.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import {
  defined,
  fillAccount,
  goOn,
  IMPATIENT,
  inspect,
  openAccount,
  pagesIn,
  signingInAt,
  toolsOver,
  wayOver,
} from "./form-tools.ts";

const app = await startFormApp();
afterAll(app.stop);
beforeEach(app.clear);

await describeInBrowser("a page that is acted on", (browser) => {
  let pages: KeptPages;
  beforeEach(() => {
    pages = pagesIn(browser, app);
  });
  afterEach(() => pages.closeAll());

  const going = (page: string, changes = {}) => {
    const contract = defined(goOn(app, page, changes));
    const tools = toolsOver(contract, wayOver(pages));
    return {
      ...tools,
      click: (key = "key_1") => tools.live.call(liveCall(toolCall(contract, {}), key)),
      preview: () => tools.dryRun.preview(toolCall(contract, {})),
    };
  };
  const opening = (changes = {}) => {
    const contract = defined(openAccount(app, changes));
    const tools = toolsOver(contract, wayOver(pages));
    const call = toolCall(contract, { email: "a@b.c" });
    return { ...tools, call, act: (key = "key_1") => tools.live.call(liveCall(call, key)) };
  };
  it("a page is described to an approver by its elements, what they hold and what the click sends", async () => {
    const contract = defined(fillAccount(app));
    const { dryRun } = toolsOver(contract, wayOver(pages));
    const shown = await dryRun.preview(toolCall(contract, { email: "a@b.c", plan: "team", news: true }));
    const { picture, ...said } = shown;
    expect(isPicture(picture)).toBe(true);
    expect(said).toEqual({
      summary: `on ${app.url}/ ("Create your account"): fills textbox "Work email" in form "Account" with "a@b.c"; fills combobox "Plan" in form "Account" with "team"; fills checkbox "News" in form "Account" with true`,
      output: null,
      changes: [
        { record: `${app.url}/`, field: 'textbox "Work email"', old: "", new: "a@b.c" },
        { record: `${app.url}/`, field: 'combobox "Plan"', old: "free", new: "team" },
        { record: `${app.url}/`, field: 'checkbox "News"', old: false, new: true },
      ],
    });
    const { dryRun: opens, call } = opening();
    const { summary, output } = await opens.preview(call);
    expect(summary).toBe(
      `on ${app.url}/ ("Create your account"): fills textbox "Work email" in form "Account" with "a@b.c"; clicks button "Next" in form "Account"; fills field labelled "Reference" with "(its idempotency key)"; clicks button "Open the account", which is not on the page yet`.replace(
        'fills field labelled "Reference"',
        'fills textbox "Reference" in form "Account"',
      ),
    );
    expect(output).toEqual({
      fields: {
        "Work email": "",
        Company: "Acme",
        Plan: "free",
        News: false,
        Password: "(hidden)",
        Reference: "",
      },
    });
  });

  it("a page sends nothing that could change something while it is only looked at", async () => {
    const { preview } = going("/odd/sends_by_itself");
    await preview();
    const contract = defined(inspect(app, "/odd/sends_by_itself"));
    const { live } = toolsOver(contract, wayOver(pages));
    expect(await live.call(liveCall(toolCall(contract, {}), "key_1"))).toMatchObject({ kind: "committed" });
    expect(app.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });

  it("a page that another value stands on by now is previewed otherwise", async () => {
    const { dryRun, live, call } = opening();
    const before = await dryRun.preview(call);
    app.misbehave("drifted");
    expect(await live.preview(call)).not.toEqual(before);
  });

  for (const [how, words] of [
    ["fails_after", "was answered 500"],
    ["refuses", "was answered 422"],
    ["resets_after", "came to no answer"],
  ] as const) {
    it(`a page leaves the outcome unknown where the site ${how.replaceAll("_", " ")}, and a look-up tells it`, async () => {
      const { act, live, call } = opening();
      app.misbehave(how);
      const outcome = await act();
      expect(outcome).toMatchObject({ kind: "indeterminate", error: expect.stringContaining(words) });
      app.misbehave(undefined);
      const happened = how !== "refuses";
      expect(app.effects).toHaveLength(happened ? 1 : 0);
      expect((await live.lookUp(liveCall(call, "key_1"), "forward")).kind).toBe(
        happened ? "happened" : "did_not_happen",
      );
    });
  }

  it("a call whose site has acted and never answers is committed once it is looked up, with one effect at the site", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    const unheard = { now: false };
    const contract = openAccount(app);
    const policy = { allowed_hosts: [app.host] };
    const world = await startWorld({ browser: wayOver(pages), unheard, policy, contracts: [contract] });
    const id = await submit(world, { plans: [plan("p1", [asked("s1", "account_open", { email: "a@b.c" })])] });
    await requestFor(world, id, "s1");
    app.misbehave("never_answers_after");
    app.atRequest("GET /asked", async () => app.misbehave(undefined));
    const effects = () => app.effects.length;
    await approveUnanswered(world, { id, step: "s1", unheard, effects, seconds: 10 });
    await world.rest();
    const row = await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" });
    expect(row?.status).toBe("COMMITTED");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(app.effects).toHaveLength(1);
  });

  it("a page that asks in a dialog is told no, and the outcome is unknown", async () => {
    const outcome = await going("/odd/dialog").click();
    expect(outcome).toMatchObject({
      kind: "indeterminate",
      error: expect.stringContaining('the page asked "Delete it?"'),
    });
    expect(app.effects).toEqual([]);
  });

  it("a page that asks in a dialog is told yes where the contract says so", async () => {
    const [binding] = [goOn(app, "/odd/dialog").binding];
    const accepting = { ...Object(binding), actions: [{ click: { selector: "#go" }, dialogs: "accept" }] };
    const outcome = await going("/odd/dialog", { binding: accepting }).click();
    expect(outcome).toMatchObject({ kind: "committed", output: { dialogs: ["Delete it? (accepted)"] } });
    expect(app.effects).toEqual(["dialog"]);
  });

  it("a page that only tells something in a dialog is read on", async () => {
    const outcome = await going("/odd/alert").click();
    expect(outcome).toMatchObject({ kind: "committed", output: { dialogs: ["Saved (accepted)"] } });
    expect(app.effects).toEqual(["alert"]);
  });

  it("a page that tells something again and again never comes to rest, and the outcome of a click is unknown", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    expect((await going("/odd/asking").click()).kind).toBe("indeterminate");
  });

  it("a page whose script keeps it busy for ever is given up, and neither its agent nor another waits for it", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT, most_agents: 1 });
    const contract = defined(inspect(app));
    const { dryRun } = toolsOver(contract, wayOver(pages));
    const reading = toolCall(contract, {});
    const { click, preview } = going("/odd/busy");
    await expect(preview()).rejects.toMatchObject({ timed_out: true });
    expect((await dryRun.preview(reading)).summary).toContain("Create your account");
    expect(await click()).toMatchObject({ kind: "rejected", unsent: true });
    expect((await dryRun.preview({ ...reading, agent_id: "agent_2" })).summary).toContain("Create your account");
  });

  it("a call that waits for its agent's page is told when its own time is over that nothing was done", async () => {
    const kept = chromiumPages({
      start: async () => accept(browser()),
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const owner = { execution_id: "e", agent_id: "a", hosts: [app.host] };
    app.misbehave("slow_page");
    const before = kept.look({ owner, open: `${app.url}/`, actions: [] }, { timeout_ms: IMPATIENT });
    const waits = await kept.act({ owner, open: `${app.url}/`, actions: [] }, { timeout_ms: 500 });
    expect(waits).toEqual({ kind: "nothing_done", why: "the page was busy until its time was over" });
    await kept.closeAll();
    expect((await before).kind).toBe("not_seen");
  });

  it("a field that holds the text of a secret by now is not quoted where it is not put back", async () => {
    const contract = defined(fillAccount(app));
    const way = wayOver(pages);
    const { live, dryRun } = toolsOver(contract, way);
    const call = liveCall(toolCall(contract, { email: "a@b.c", plan: "team", news: true }), "key_1");
    const undo = (await live.prepareUndo(call)) ?? {};
    await live.call(call);
    way.known.remember("canary-8b1f6f0e");
    const other = { email: "canary-8b1f6f0e", plan: "team", news: true };
    await live.call(liveCall(toolCall(contract, other), "key_2"));
    const refused = [await live.compensate(call, undo), await dryRun.previewUndo(call, undo)];
    expect(refused[0]).toMatchObject({ kind: "rejected", error: expect.stringContaining("(secret)") });
    expect(JSON.stringify(refused)).not.toContain("canary");
  });

  it("a page of which no picture can be made, its fonts never coming, is described and acted on without", async () => {
    const { preview, click } = going("/odd/fontless");
    const shown = await preview();
    expect(shown.summary).toContain('clicks button "Go"');
    expect(shown).not.toHaveProperty("picture");
    expect(await click()).toMatchObject({ kind: "committed" });
  });

  it("a page on which the text of a secret stands is shown to an approver without a picture, and none is taken where it is only read", async () => {
    const way = wayOver(pages);
    const contract = defined(fillAccount(app));
    const call = toolCall(contract, { email: "a@b.c", plan: "team", news: true });
    const { dryRun } = toolsOver(contract, way);
    expect(isPicture((await dryRun.preview(call)).picture)).toBe(true);
    way.known.remember("Create your account");
    expect(await dryRun.preview(call)).not.toHaveProperty("picture");
    const reads = defined(inspect(app));
    const read = toolsOver(reads, wayOver(pages)).dryRun;
    expect(await read.preview(toolCall(reads, {}))).not.toHaveProperty("picture");
  });

  it("a page that says back what it was signed in with leaves nothing of that in anything that is written", async () => {
    const { stores, written } = notingStores();
    const source = goOn(app, "/private/said");
    const actions = [
      { read: { selector: "#said" }, as: "said" },
      { fill: { label: "Company" }, value: { $arg: "/company" } },
      { click: { role: "button", name: "Next" } },
    ];
    const text = { type: "string" };
    const contract = {
      ...source,
      input_schema: {
        type: "object",
        properties: { company: text },
        required: ["company"],
        additionalProperties: false,
      },
      binding: { ...Object(source.binding), sign_in: signingInAt(app), actions },
    };
    const way = wayOver(pages, { forms: SIGN_IN_PASSWORD });
    const policy = { allowed_hosts: [app.host] };
    const world = await startWorld({ stores, browser: way, policy, contracts: [contract] });
    const id = await submit(world, { plans: [plan("p1", [asked("s1", "page_go", { company: "Acme" })])] });
    const request = await requestFor(world, id, "s1");
    expect(request.picture).toBeUndefined();
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    const everything = [...written, JSON.stringify([world.logged, request])].join("\n");
    expect(everything).toContain("with (secret)");
    expect(everything).not.toContain(SIGN_IN_PASSWORD);
  });

  it("a page that nobody can sign in to for want of a secret has nothing done on it, and the call is worth another try", async () => {
    const source = goOn(app, "/private/said");
    const actions = [{ click: { role: "button", name: "Next" } }];
    const binding = { ...Object(source.binding), sign_in: signingInAt(app), actions };
    const contract = defined({ ...source, binding });
    const outcome = await toolsOver(contract, wayOver(pages, {})).live.call(liveCall(toolCall(contract, {}), "key_1"));
    expect(outcome).toMatchObject({
      ...{ kind: "rejected", unsent: true, again_in_seconds: 0 },
      error: expect.stringContaining("there is no secret write/forms"),
    });
    expect(app.effects).toEqual([]);
  });

  it("text_extract, as its template is filled in, reads an element of the page that it is given, and acts on nothing", async () => {
    const template = templateOf("text_extract");
    const filled = template.ok ? contractFrom(template.value, { host: app.host }) : template;
    if (!filled.ok) throw new Error(filled.refusal);
    const contract = defined(filled.value);
    const { dryRun, live } = toolsOver(contract, wayOver(pages));
    const address = `${app.url}/asked?reference=r1`;
    const call = toolCall(contract, { url: address, selector: "#made" });
    expect(await dryRun.preview(call)).toMatchObject({ output: { url: address, text: "not made" }, changes: [] });
    expect(await live.call(liveCall(call, "key_1"))).toMatchObject({
      kind: "committed",
      output: { url: address, text: "not made" },
    });
    const whole = toolCall(contract, { url: address });
    expect(await live.call(liveCall(whole, "key_2"))).toMatchObject({
      kind: "committed",
      output: { url: address, text: expect.stringContaining("Asked") },
    });
    expect(app.effects).toEqual([]);
    expect(new Set(app.requests)).toEqual(new Set(["GET /asked"]));
  });

  it("a page that opens another tab has it closed, and says which", async () => {
    const outcome = await going("/odd/tab").click();
    expect(outcome).toMatchObject({ kind: "committed", output: { closed_tabs: [`${app.url}/done`] } });
    expect(app.effects).toEqual(["tab"]);
  });

  it("a page that offers a file is not given a place to put it", async () => {
    const outcome = await going("/odd/download").click();
    expect(outcome).toMatchObject({ kind: "committed", output: { refused_downloads: ["report.csv"] } });
  });

  /** Shown to be done by a message. */
  const showing = (page: string, changes = {}) => {
    const source = goOn(app, `/odd/${page}`);
    return going(`/odd/${page}`, { binding: { ...Object(source.binding), done_when: { role: "status" }, ...changes } });
  };
  const STOOD = "status, which shows that it was done, stood there before, and did not come anew";

  it.each([
    ["said again in one go", "said_again"],
    ["drawn again in one go", "drawn_again"],
    ["emptied", "emptied"],
  ])("a message that stood there before a click and is %s shows nothing of it", async (_, page) => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    const outcome = await showing(page).click();
    expect(outcome).toMatchObject({ kind: "indeterminate", error: expect.stringContaining(STOOD) });
    expect(app.effects).toEqual(["said"]);
  });

  it.each([
    ["is emptied and filled again", "gone_and_back"],
    ["is hidden meanwhile", "hidden_meanwhile"],
    ["is taken away meanwhile", "removed_meanwhile"],
    ["says something else", "said_otherwise"],
    ["gets another beside it", "said_besides"],
    ["stands on the page that is loaded", "loaded_anew"],
  ])("a message that stood there before a click and %s shows that it was done", async (_, page) => {
    expect(await showing(page).click()).toMatchObject({ kind: "committed" });
  });

  it("a message of the call before shows nothing of the next one on the same page", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    const { click } = showing("said_first");
    expect(await click("key_1")).toMatchObject({ kind: "committed" });
    expect(await click("key_2")).toMatchObject({ kind: "indeterminate", error: expect.stringContaining(STOOD) });
    expect(app.effects).toEqual(["said", "said"]);
  });

  it("a message that an earlier click brings shows nothing of the last one", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    const actions = [{ click: { selector: "#go" } }, { click: { selector: "#second" } }];
    const outcome = await showing("two_steps", { actions }).click();
    expect(outcome).toMatchObject({ kind: "indeterminate", error: expect.stringContaining(STOOD) });
  });

  it("a message that comes with an answer of 500, which was asked for after a moment, shows nothing", async () => {
    app.misbehave("fails_after");
    const outcome = await showing("said_first").click();
    expect(outcome).toMatchObject({ kind: "indeterminate", error: expect.stringContaining("was answered 500") });
  });

  for (const [page, what, output] of [
    ["answered_nothing", "nothing to show", {}],
    ["answered_file", "a file", { refused_downloads: ["report.csv"] }],
  ] as const) {
    it(`a page whose form is answered with ${what} was answered, and the outcome of the click is known`, async () => {
      const outcome = await going(`/odd/${page}`).click();
      expect(outcome).toEqual({ kind: "committed", output: { url: `${app.url}/odd/${page}`, ...output }, undo: null });
      expect(app.effects).toEqual(["form=sent"]);
    });

    it(`a page whose form is answered with an error instead of ${what} leaves the outcome unknown`, async () => {
      const { click } = going(`/odd/${page}`);
      app.misbehave("fails_after");
      expect(await click()).toMatchObject({
        kind: "indeterminate",
        error: expect.stringContaining("was answered 500"),
      });
    });
  }

  it("a page whose link leads to a file was answered", async () => {
    const outcome = await going("/odd/linked_download").click();
    expect(outcome).toMatchObject({ kind: "committed", output: { refused_downloads: ["report.csv"] } });
  });

  for (const [page, words] of [
    ["/odd/twice", "2 elements of"],
    ["/odd/covered", "it is hidden, covered or turned off"],
    ["/odd/disabled", "it is hidden, covered or turned off"],
    ["/odd/nothing", "there is no #go"],
    ["/nowhere", "answered 404"],
  ] as const) {
    it(`a page that is ${page} is not clicked, which is no unknown outcome`, async () => {
      pages = pagesIn(browser, app, { patience: IMPATIENT });
      const { click } = going(page);
      expect(await click()).toMatchObject({ kind: "rejected", unsent: true, error: expect.stringContaining(words) });
      expect(app.effects).toEqual([]);
    });
  }

  it("a page that has an element twice is not shown to an approver", async () => {
    await expect(going("/odd/twice").preview()).rejects.toThrow(ToolFailure);
  });

  it("a page whose second element goes with the first click leaves the outcome unknown", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    const source = goOn(app, "/odd/fleeting");
    const binding = {
      ...Object(source.binding),
      actions: [{ click: { selector: "#go" } }, { click: { selector: "#second" } }],
    };
    const outcome = await going("/odd/fleeting", { binding }).click();
    expect(outcome).toMatchObject({
      kind: "indeterminate",
      error: expect.stringContaining("after 1 of 2 actions was begun"),
    });
    expect(app.effects).toEqual(["fleeting"]);
  });

  it("a page whose element comes late is waited for", async () => {
    expect(await going("/odd/late").click()).toMatchObject({ kind: "committed" });
    expect(app.effects).toEqual(["late"]);
  });

  it("a page that does not come in time was not acted on", async () => {
    pages = pagesIn(browser, app, { patience: IMPATIENT });
    app.misbehave("slow_page");
    const contract = defined(goOn(app, "/odd/alert"));
    const { live } = toolsOver(contract, wayOver(pages));
    const outcome = await live.call(liveCall(toolCall(contract, {}), "key_1"));
    expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining("it did not come in time") });
  });

  it("a page remembers what was done on it under a key, and forgets it with itself", async () => {
    const contract = defined(fillAccount(app));
    const { live } = toolsOver(contract, wayOver(pages));
    const call = liveCall(toolCall(contract, { email: "a@b.c", plan: "team", news: true }), "key_1");
    const outcome = await live.call(call);
    expect({ ...(await live.lookUp(call, "forward")), kind: "committed" }).toEqual(outcome);
    await pages.closeAll();
    expect((await live.lookUp(call, "forward")).kind).toBe("unknown");
  });

  it("a page is one for all calls of an agent in an execution, and another's for another", async () => {
    const contract = defined(fillAccount(app));
    const { live, dryRun } = toolsOver(contract, wayOver(pages));
    const args = { email: "a@b.c", plan: "team", news: true };
    await live.call(liveCall(toolCall(contract, args), "key_1"));
    expect((await dryRun.preview(toolCall(contract, args))).changes).toEqual([]);
    const others = { ...toolCall(contract, args), agent_id: "agent_2" };
    expect((await dryRun.preview(others)).changes).toHaveLength(3);
  });

  it("a page is closed for another agent when nobody has used it for longest, and not while it is used", async () => {
    pages = pagesIn(browser, app, { most_agents: 1 });
    const contract = defined(fillAccount(app));
    const { live, dryRun } = toolsOver(contract, wayOver(pages));
    const args = { email: "a@b.c", plan: "team", news: true };
    const first = toolCall(contract, args);
    await live.call(liveCall(first, "key_1"));
    await dryRun.preview({ ...first, agent_id: "agent_2" });
    expect((await dryRun.preview(first)).changes).toHaveLength(3);
    const both = await Promise.allSettled([dryRun.preview(first), dryRun.preview({ ...first, agent_id: "agent_2" })]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });
});
