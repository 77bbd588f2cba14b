import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type Answer, fakeContext, type Sent } from "./fake-context.ts";
import { anApproval, anExecution, aQueue, aStep } from "./fixtures.ts";

const submitted = { execution_id: "ex1", status: "RUNNING", plan_ids: ["plan_a"], step_count: 1, warnings: [] };
const waiting = anExecution({
  status: "RUNNING",
  manifests: 0,
  ended_at: null,
  open_approvals: 1,
  finished_steps: 0,
  steps: [aStep({ state: "AWAITING_APPROVAL", phase: "open", finished: false, ending: null, approval_id: "ap1" })],
});

/** A server with one execution whose one request waits until it is decided. */
const serverWith = (request: JsonObject, ended: JsonObject = anExecution()) => {
  let decided = false;
  return ({ method, path }: Sent): Answer => {
    if (path === "/executions" && method === "POST") return { status: 202, body: submitted };
    if (path === "/executions/ex1") return { body: decided ? ended : waiting };
    if (path === "/executions/ex1/artifacts")
      return { body: { execution_id: "ex1", items: [{ name: "learning_signals.jsonl", content_type: "x" }] } };
    if (path.startsWith("/executions/ex1/artifacts/")) return { body: "" };
    if (path === "/approvals") return { body: decided ? aQueue() : aQueue(request) };
    if (method === "GET") return { body: request };
    decided = true;
    return {
      body:
        path === "/approvals/decisions"
          ? { results: [{ ok: true, id: "ap1", status: "approved", approvals_given: 1 }] }
          : { ...request, status: "approved" },
    };
  };
};

const plans = { "p.json": JSON.stringify({ plans: [{ plan_id: "plan_a" }] }) };
const decisions = (...entries: JsonObject[]) => ({ ...plans, "d.json": JSON.stringify({ decisions: entries }) });
const decisionSent = (sent: readonly Sent[]) => sent.find(({ path }) => path.includes("decision"));

describe("buddy run", () => {
  it("buddy run sends one body of plans, validations and configuration", async () => {
    const files = {
      ...plans,
      "v.json": JSON.stringify({ validations: [{ validation_id: "v" }] }),
      "c.json": JSON.stringify({ dry_run_only: true }),
    };
    const buddy = fakeContext({ files, answer: serverWith(anApproval()) });
    expect(await buddy.run("run", "p.json", "--validations", "v.json", "--config", "c.json", "--detach")).toBe(EXIT.ok);
    expect(buddy.sent[0]?.body).toEqual({
      plans: [{ plan_id: "plan_a" }],
      validations: [{ validation_id: "v" }],
      config: { dry_run_only: true },
    });
    expect(buddy.sent).toHaveLength(1);
  });

  it("buddy run takes a single plan and an array of plans too", async () => {
    const buddy = fakeContext({
      files: { "one.json": '{"plan_id":"a"}', "many.json": '[{"plan_id":"a"}]' },
      answer: serverWith(anApproval()),
    });
    await buddy.run("run", "one.json", "--detach");
    await buddy.run("run", "many.json", "--detach");
    expect(buddy.sent.map(({ body }) => body)).toEqual([{ plans: [{ plan_id: "a" }] }, { plans: [{ plan_id: "a" }] }]);
  });

  it("buddy run decides by the file, in the decider's name, on the digest that was shown to the decider", async () => {
    const buddy = fakeContext({
      files: decisions({ step: "s1", by: "bob", decision: "approve" }),
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json", "--as", "alice")).toBe(EXIT.ok);
    expect(decisionSent(buddy.sent)).toMatchObject({
      path: "/approvals/ap1/decision",
      token: "Bearer bob@.buddy",
      body: { decision: "approve", digest: "d1" },
    });
    expect(buddy.stdout()).toContain("approved by bob");
    expect([...buddy.files.keys()]).toContain("outputs/ex1/learning_signals.jsonl");
  });

  it.each([
    ["where the file names nobody", { step: "s1", decision: "approve" }, "bob"],
    ["unless the file names somebody", { step: "s1", by: "carol", decision: "approve" }, "carol"],
  ])("buddy run decides by the file in the name of --approver %s", async (_, entry, by) => {
    for (const env of [{}, { BUDDY_TOKEN: "alice's" }]) {
      const buddy = fakeContext({ env, files: decisions(entry), answer: serverWith(anApproval()) });
      expect(await buddy.run("run", "p.json", "--decisions", "d.json", "--approver", "bob")).toBe(EXIT.ok);
      expect(decisionSent(buddy.sent)?.token).toBe(`Bearer ${by}@.buddy`);
      expect(buddy.stdout()).toContain(`approved by ${by}`);
    }
  });

  it("buddy run with a token decides by the file in the name of that token, and says nobody else's", async () => {
    const buddy = fakeContext({
      env: { BUDDY_TOKEN: "alice's" },
      files: decisions({ step: "s1", by: "bob", decision: "approve" }),
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.ok);
    expect(decisionSent(buddy.sent)?.token).toBe("Bearer alice's");
    expect(buddy.stdout()).toContain("approved by you");
    expect(buddy.stdout()).not.toContain("bob");
  });

  it.each([
    ["run", "p.json"],
    ["follow", "ex1"],
  ])("buddy %s refuses an approver for a server that is elsewhere, before anything is sent", async (...words) => {
    const buddy = fakeContext({
      env: { BUDDY_TOKEN: "t", BUDDY_ENDPOINT: "https://buddy.example" },
      files: decisions({ step: "s1", decision: "approve" }),
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run(...words, "--approver", "bob", "--decisions", "d.json")).toBe(EXIT.usage);
    expect(buddy.stderr()).toContain("--approver makes a token for a server on this machine");
    expect(buddy.sent).toEqual([]);
  });

  it("buddy run follows over a restart of its server, and says how to come back where it stays away", async () => {
    const following = (answers: (read: number) => boolean) => {
      const answer = serverWith(anApproval());
      let reads = 0;
      return fakeContext({
        files: decisions({ step: "s1", by: "bob", decision: "approve" }),
        answer: (sent) => {
          if (sent.path === "/executions/ex1") reads += 1;
          if (sent.path !== "/executions/ex1" || answers(reads)) return answer(sent);
          throw new TypeError("fetch failed", { cause: new Error("other side closed") });
        },
      });
    };
    const restarted = following((read) => read === 1 || read > 4);
    expect(await restarted.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.ok);
    const lost = following((read) => read === 1);
    expect(await lost.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.unreachable);
    expect(lost.stderr()).toContain("Come back: buddy follow ex1");
  });

  it("a token that may read an execution and not its requests is told how to look at it, not to follow it again", async () => {
    const answer = serverWith(anApproval());
    const detail = "this needs the scope read or approvals:decide";
    const buddy = fakeContext({
      env: { BUDDY_TOKEN: "an agent's" },
      answer: (sent) => (sent.path === "/approvals" ? { status: 403, body: { detail } } : answer(sent)),
    });
    expect(await buddy.run("follow", "ex1")).toBe(EXIT.not_authorised);
    expect(buddy.stderr()).toContain("How it stands: buddy status ex1");
    expect(buddy.stderr()).not.toContain("buddy follow");
  });

  it("buddy run sends an edit as the whole arguments", async () => {
    const buddy = fakeContext({
      files: decisions({
        step: "s1",
        by: "bob",
        decision: "edit",
        comment: "x",
        arguments: { fields: { stage: "lost" } },
      }),
      answer: serverWith(anApproval()),
    });
    await buddy.run("run", "p.json", "--decisions", "d.json");
    expect(decisionSent(buddy.sent)?.body).toEqual({
      decision: "edit",
      digest: "d1",
      comment: "x",
      arguments: { contact_id: "c1", fields: { stage: "lost" } },
    });
  });

  it("buddy run names the command that decides what is left, by what is asked", async () => {
    const left = async (kind: string) => {
      const buddy = fakeContext({ files: plans, answer: serverWith(anApproval({ kind })) });
      await buddy.run("run", "p.json");
      return buddy.stdout();
    };
    expect(await left("reconcile")).toMatch(
      /Decide: buddy reconcile ap1 --happened\n +or +buddy reconcile ap1 --did-not-happen/u,
    );
    expect(await left("undo_failed")).toMatch(/Decide: buddy settle ap1 --undone\n +or +buddy settle ap1 --accepted/u);
    expect(await left("approve")).toContain("All together: buddy approve --all --execution ex1 --yes");
  });

  it("buddy run shows what was decided about the same call before, and names the request that follows an edit", async () => {
    const earlier = {
      ...{ approval_id: "ap0", execution_id: "ex0", step_id: "s7", status: "edited", comment: "not yet" },
      ...{ created_at: "2026-01-31T11:00:00.000Z", decided_at: "2026-01-31T11:30:00.000Z", decided_by: "ann" },
      changes: [
        { at: "/fields/stage", old: "customer", new: "lead" },
        { at: "/note", new: null },
      ],
      more_changes: 2,
    };
    const own = { ...earlier, approval_id: "ap1", execution_id: "ex1", step_id: "s1", changes: [], more_changes: 0 };
    const asked = anApproval({ submitted_by: "sam", earlier_decisions: [own, earlier] });
    const edited = { status: "edited", decided_by: "bob", comment: "typo", followed_by: "ap2" };
    const buddy = fakeContext({
      answer: ({ method }) => ({
        body:
          method === "GET"
            ? asked
            : { ...asked, ...edited, edited_arguments: { contact_id: "c1", fields: { stage: "lead" } } },
      }),
    });
    await buddy.run("edit", "ap1", "--arguments", "{}", "--comment", "typo");
    const shown = buddy.stdout().replaceAll(/\s+/gu, " ");
    expect(shown).toContain("submitted by sam");
    expect(shown).toContain(
      "this call was edited by ann at 2026-01-31T11:30:00.000Z (ap1 of execution ex1): “not yet”",
    );
    expect(shown).toContain("the same call was edited by ann at 2026-01-31T11:30:00.000Z (ap0 of execution ex0)");
    expect(shown).toContain('/fields/stage: "customer" → "lead" /note: – → null and 2 more changes');
    expect(shown).toContain("Asked anew as ap2, when its new preview is made: buddy approvals ap2");
  });

  it("buddy run decides nothing without a file or a terminal, names what is left, and ends with its own code", async () => {
    const buddy = fakeContext({ files: plans, answer: serverWith(anApproval()) });
    expect(await buddy.run("run", "p.json")).toBe(EXIT.waiting_for_people);
    expect(decisionSent(buddy.sent)).toBeUndefined();
    expect(buddy.stdout()).toContain("ap1  plan_a / s1  ghl_update_contact");
  });

  it("buddy run reports a decision that the server refuses, and leaves the request open", async () => {
    const answer = serverWith(anApproval());
    const buddy = fakeContext({
      files: decisions({ step: "s1", by: "alice", decision: "approve" }),
      answer: (sent) =>
        sent.path.endsWith("/decision") ? { status: 403, body: { detail: "four eyes" } } : answer(sent),
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.waiting_for_people);
    expect(buddy.stdout()).toContain("refused: approve of s1: four eyes");
    expect(buddy.sent.filter(({ path }) => path.endsWith("/decision"))).toHaveLength(1);
  });

  it("buddy run tells of entries of the file that matched nothing", async () => {
    const files = decisions({ step: "s1", decision: "approve" }, { step: "s_typo", decision: "approve" });
    const buddy = fakeContext({ files, answer: serverWith(anApproval()) });
    await buddy.run("run", "p.json", "--decisions", "d.json");
    expect(buddy.stdout()).toContain("no request matched s_typo (approve)");
  });

  it.each([
    ["SUCCEEDED", EXIT.ok],
    ["INCOMPLETE", EXIT.not_all_done],
    ["ROLLED_BACK", EXIT.rolled_back],
    ["FAILED", EXIT.not_succeeded],
    ["ABORTED", EXIT.not_succeeded],
    ["LOCKED", EXIT.locked],
  ])("buddy run of an execution that ends %s ends with %i", async (status, code) => {
    const buddy = fakeContext({
      files: decisions({ step: "s1", decision: "approve" }),
      answer: serverWith(anApproval(), anExecution({ status })),
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(code);
  });

  it("buddy run of an execution that is INCOMPLETE says which steps were not done, and why", async () => {
    const answer = serverWith(anApproval(), anExecution({ status: "INCOMPLETE" }));
    const line = { plan_id: "plan_a", step_id: "s1", status: "blocked", error_message: "not a customer yet" };
    const done = { plan_id: "plan_a", step_id: "s2", status: "success", error_message: null };
    const name = "tool_execution_log.jsonl";
    const buddy = fakeContext({
      files: decisions({ step: "s1", decision: "approve" }),
      answer: (sent) => {
        if (sent.path.endsWith("/artifacts"))
          return { body: { execution_id: "ex1", items: [{ name, content_type: "x" }] } };
        if (sent.path.endsWith(name)) return { body: `${JSON.stringify(line)}\n${JSON.stringify(done)}\n` };
        return answer(sent);
      },
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.not_all_done);
    expect(buddy.stdout()).toContain("Not done as asked:\n  plan_a / s1: not a customer yet\n");
    expect(buddy.stdout()).not.toContain("plan_a / s2");
  });

  it("buddy run with --json prints one document, and everything else elsewhere", async () => {
    const buddy = fakeContext({
      files: decisions({ step: "s1", decision: "approve" }),
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json", "--json")).toBe(EXIT.ok);
    expect(JSON.parse(buddy.stdout())).toMatchObject({
      how: "ended",
      execution: { status: "SUCCEEDED" },
    });
  });

  it("buddy run refuses a decisions file with mistakes before anything is sent", async () => {
    const buddy = fakeContext({ files: decisions({ decision: "approve" }), answer: serverWith(anApproval()) });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.usage);
    expect(buddy.sent).toEqual([]);
  });
});

describe("a server that is started anew while it is followed", () => {
  const refused = () =>
    new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
  const reset = () =>
    new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });

  type Way = { readonly argv: string[]; readonly interactive?: boolean; readonly picks?: string[] };
  const WAYS: Record<string, Way> = {
    "by a file": { argv: ["run", "p.json", "--decisions", "d.json"] },
    "at a terminal": { argv: ["run", "p.json"], interactive: true, picks: ["each", "approve"] },
    "at a terminal, all together": { argv: ["run", "p.json"], interactive: true, picks: ["all"] },
    "that is come back to": { argv: ["follow", "last", "--decisions", "d.json"] },
  };
  const two = aQueue(anApproval({ risk_level: "HIGH" }), anApproval({ approval_id: "ap2" }));
  type Arrive = () => Answer;
  /** `meets` is asked of each request by its place, and how often that was tried: it throws, or answers for the server. */
  const follower = (
    { argv, interactive = false, picks = [] }: Way,
    meets: (at: number, times: number, sent: Sent, arrive: Arrive) => Answer = (_at, _times, _sent, arrive) => arrive(),
  ) => {
    const answer = serverWith(anApproval({ risk_level: "HIGH" }));
    const isTwo = picks[0] === "all";
    const left = [...picks];
    let [at, times] = [0, 0];
    const buddy = fakeContext({
      files: decisions({ step: "s1", decision: "approve" }),
      interactive,
      prompts: {
        select: async (_message, choices) => {
          const wanted = left.shift();
          return choices.find(({ value }) => value === wanted)?.value ?? expect.fail(`${wanted} is not offered`);
        },
        confirm: async () => true,
      },
      answer: (sent) => {
        const arrive = (): Answer => {
          if (sent.path === "/executions" && sent.method === "GET") return { body: { items: [waiting], next: null } };
          const answered = answer(sent);
          const isOpen = sent.path === "/approvals" && JSON.stringify(answered.body).includes("ap1");
          return isTwo && isOpen ? { body: two } : answered;
        };
        times += 1;
        const answered = meets(at, times - 1, sent, arrive);
        [at, times] = [at + 1, 0];
        return answered;
      },
    });
    return { buddy, run: () => buddy.run(...argv), requests: () => at };
  };

  it.each(Object.entries(WAYS))(
    "a server that is gone for seconds, at whatever request of who decides %s, stops nothing",
    async (_, way) => {
      const whole = follower(way);
      expect(await whole.run()).toBe(EXIT.ok);
      expect(whole.requests()).toBeGreaterThan(6);
      for (let gone = 1; gone < whole.requests(); gone += 1) {
        const over = follower(way, (at, times, _sent, arrive) => {
          if (at === gone && times < 3) throw refused();
          return arrive();
        });
        expect(await over.run(), `at request ${gone}`).toBe(EXIT.ok);
        expect(over.buddy.stdout()).toBe(whole.buddy.stdout());
        expect([...over.buddy.files.keys()]).toEqual([...whole.buddy.files.keys()]);
      }
    },
  );

  it.each(Object.entries(WAYS))(
    "a server that stays away, from whatever request of who decides %s on, is told with how to come back, or with the end",
    async (_, way) => {
      const whole = follower(way);
      await whole.run();
      const codes = new Set<number>();
      for (let gone = 1; gone < whole.requests(); gone += 1) {
        const lost = follower(way, (at, _times, _sent, arrive) => {
          if (at >= gone) throw refused();
          return arrive();
        });
        const code = await lost.run();
        codes.add(code);
        const said = lost.buddy.stdout() + lost.buddy.stderr();
        if (code === EXIT.unreachable) expect(said).toContain("Come back: buddy follow ex1");
        else {
          expect(said).toContain("ex1  SUCCEEDED");
          expect(said).toContain("not all artifacts were saved: cannot reach");
          expect(said).toContain("Later: buddy artifacts ex1");
        }
      }
      expect([...codes]).toEqual([EXIT.unreachable, EXIT.ok]);
    },
  );

  /** The server takes the decision, and its answer is lost; the second is answered as given. */
  const decisionLost = (way: Way, second: Answer | undefined) =>
    follower(way, (_at, times, sent, arrive) => {
      if (!sent.path.includes("decision")) return arrive();
      if (times > 0) return second ?? arrive();
      arrive();
      throw reset();
    });
  const voted = { status: 409, detail: "bob has approved it: 1 of 2", reason: "voted_already" };

  it.each([
    ["that closes the request, and is the same again", undefined, undefined],
    [
      "that is one vote of several, and is refused as given",
      { status: 409, body: voted },
      { body: { results: [{ ok: false, id: "ap1", problem: voted }] } },
    ],
  ])("a decision %s, counts once where its answer was lost", async (_, alone, together) => {
    for (const [name, way] of Object.entries(WAYS)) {
      const over = decisionLost(way, name.includes("together") ? together : alone);
      expect(await over.run()).toBe(EXIT.ok);
      expect(over.buddy.stdout()).not.toContain("refused");
      expect(over.buddy.sent.filter(({ path }) => path.includes("decision"))).toHaveLength(2);
    }
  });

  it("a decision whose answer is lost for good may have counted, and that is said beside how to come back", async () => {
    const way = { argv: ["run", "p.json", "--decisions", "d.json"] };
    const lost = follower(way, (_at, times, sent, arrive) => {
      if (!sent.path.includes("decision")) return arrive();
      throw times === 0 ? reset() : refused();
    });
    expect(await lost.run()).toBe(EXIT.unreachable);
    expect(lost.buddy.stderr()).toContain("did not answer (ECONNRESET): it may have been decided");
    expect(lost.buddy.stderr()).toContain("Come back: buddy follow ex1");
  });

  it("a server that has never answered is not waited for", async () => {
    const never = follower({ argv: ["follow", "ex1"] }, () => {
      throw refused();
    });
    expect(await never.run()).toBe(EXIT.unreachable);
    expect(never.buddy.sent).toHaveLength(1);
    expect(never.buddy.stderr()).toContain("start the local server");
  });
});

describe("at a terminal", () => {
  const asked = (answers: string[], request: JsonObject, confirm = true) => {
    const questions: string[] = [];
    const first: string[] = [];
    const buddy = fakeContext({
      files: plans,
      interactive: true,
      answer: serverWith(request),
      prompts: {
        select: async (message, choices) => {
          questions.push(message);
          first.push(choices[0]?.value ?? "");
          const wanted = answers.shift();
          const found = choices.find(({ value }) => value === wanted);
          if (found === undefined) throw new Error(`${wanted} is not offered: ${choices.map(({ value }) => value)}`);
          return found.value;
        },
        confirm: async (message) => {
          questions.push(message);
          return confirm;
        },
        input: async () => "because",
        editor: async () => '{"contact_id":"c9","fields":{"stage":"lost"}}',
      },
    });
    return { buddy, questions, first };
  };

  it("one request at a terminal is shown in full, and approved as shown by the person there", async () => {
    const { buddy } = asked(["each", "approve"], anApproval());
    expect(await buddy.run("run", "p.json", "--as", "alice", "--approver", "bob")).toBe(EXIT.ok);
    expect(buddy.stdout()).toContain("updates stage of contact c1");
    expect(decisionSent(buddy.sent)).toMatchObject({
      token: "Bearer bob@.buddy",
      body: { decision: "approve", digest: "d1" },
    });
  });

  it("an edit at a terminal is what the editor saved, with a comment", async () => {
    const { buddy } = asked(["each", "edit"], anApproval());
    await buddy.run("run", "p.json");
    expect(decisionSent(buddy.sent)?.body).toEqual({
      decision: "edit",
      digest: "d1",
      comment: "because",
      arguments: { contact_id: "c9", fields: { stage: "lost" } },
    });
  });

  it("a question at a terminal offers only what the caller may do", async () => {
    const { buddy } = asked(["each", "approve"], anApproval({ you_may: ["reject"] }));
    expect(await buddy.run("run", "p.json")).toBe(EXIT.internal);
    expect(buddy.stderr()).toContain("approve is not offered: skip,reject");
  });

  it.each([
    [{ risk_level: "HIGH" }, "approve", "Approve this HIGH one?"],
    [{ you_may: ["happened", "did_not_happen"] }, "happened", "Did it happen?"],
    [{ you_may: ["happened", "did_not_happen"] }, "did_not_happen", "Did it not happen?"],
    [{ you_may: ["undone", "accepted"] }, "undone", "Did you undo it by hand?"],
    [{ you_may: ["undone", "accepted"] }, "accepted", "Accept it as it stands?"],
  ])("of %j the cursor stands on no decision, and %s is asked for once more", async (changes, answer, question) => {
    const unsure = asked(["each", answer], anApproval(changes), false);
    expect(await unsure.buddy.run("run", "p.json")).toBe(EXIT.waiting_for_people);
    expect(unsure.first).toEqual(["each", "skip"]);
    expect(unsure.questions.at(-1)).toBe(question);
    expect(decisionSent(unsure.buddy.sent)).toBeUndefined();
    const sure = asked(["each", answer], anApproval(changes));
    await sure.buddy.run("run", "p.json");
    expect(decisionSent(sure.buddy.sent)?.body).toMatchObject({ decision: answer });
  });

  it("a request that is skipped at a terminal is not asked again, and left to others", async () => {
    const { buddy, questions } = asked(["skip"], anApproval());
    expect(await buddy.run("run", "p.json")).toBe(EXIT.waiting_for_people);
    expect(questions).toEqual(["plan_a:"]);
  });
});

describe("an execution of which one plan waits for people and another for its time", () => {
  const both = (changes: Record<string, unknown>) => ({ ...waiting, step_count: 8, ...changes });
  const never: Answer = { body: aQueue(anApproval()) };

  it("an execution that waits for people and for time is followed while anything goes on without people, told once", async () => {
    let looks = 0;
    const answer = serverWith(anApproval());
    const buddy = fakeContext({
      files: plans,
      answer: (sent) => {
        if (sent.path === "/approvals") return never;
        if (sent.path !== "/executions/ex1") return answer(sent);
        looks += 1;
        return { body: looks < 200 ? both({ going_on: 7 }) : both({ going_on: 0, finished_steps: 7 }) };
      },
    });
    expect(await buddy.run("run", "p.json")).toBe(EXIT.waiting_for_people);
    expect(looks).toBeGreaterThanOrEqual(200);
    const said = "1 request waits for people; 7 steps go on without them, so this goes on.";
    expect(buddy.stderr().split(said)).toHaveLength(2);
    expect(buddy.stdout()).toContain("1 step still to come. Come back: buddy follow ex1");
  });

  it("an execution left at a question by Ctrl-C is told how it stands and how to come back", async () => {
    const leave = async (): Promise<never> => {
      throw Object.assign(new Error("User force closed the prompt"), { name: "ExitPromptError" });
    };
    const buddy = fakeContext({
      files: plans,
      interactive: true,
      prompts: { select: leave, confirm: leave },
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run("run", "p.json")).toBe(EXIT.interrupted);
    expect(buddy.stdout()).toContain("1 step still to come. Come back: buddy follow ex1");
    expect(decisionSent(buddy.sent)).toBeUndefined();
  });

  it("an execution is come back to by `buddy follow`, which decides, saves and ends as `buddy run` does", async () => {
    const buddy = fakeContext({
      files: decisions({ step: "s1", decision: "approve" }),
      answer: serverWith(anApproval()),
    });
    expect(await buddy.run("follow", "ex1", "--decisions", "d.json")).toBe(EXIT.ok);
    expect(decisionSent(buddy.sent)?.body).toMatchObject({ decision: "approve", digest: "d1" });
    expect(buddy.stdout()).toContain("Artifacts: 1 file in outputs/ex1");
    expect(buddy.sent.some(({ path, method }) => path === "/executions" && method === "POST")).toBe(false);
  });
});
