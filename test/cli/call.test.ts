import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import { type Answer, fakeContext, type Sent } from "./fake-context.ts";

const links = { self: "", events: "", approvals: "", artifacts: "" };
const beside = { call_id: "ex1", attached: false, warnings: [], links };
const done: JsonObject = { ...beside, outcome: "done", mode: "LIVE", output: { found: 1 }, message: "Done." };
const waiting = (reason: string, approval_id: string | null = null): JsonObject => ({
  ...beside,
  outcome: "waiting",
  for: reason,
  approval_id,
  message: "It waits.",
});
const refused = (status: string): JsonObject => ({
  ...beside,
  outcome: "refused",
  status,
  reasons: ["no"],
  retry: "never",
  message: "Refused: no. Do not make this call again.",
});

const answering =
  (...bodies: Json[]) =>
  (): Answer => ({ body: bodies.length > 1 ? (bodies.shift() ?? null) : (bodies[0] ?? null) });

const call = (...more: string[]): string[] => ["call", "memory_search", "--agent", "agent_1", ...more];

describe("buddy call", () => {
  it("buddy call sends one call under a key of its own, and prints its output", async () => {
    const buddy = fakeContext({ answer: answering(done) });
    const said = ["--arguments", '{"query": "ann"}', "--confidence", "0.9", "--rationale", "asked by mail"];
    expect(await buddy.run(...call(...said))).toBe(EXIT.ok);
    expect(buddy.sent).toMatchObject([
      {
        method: "POST",
        path: "/calls",
        body: {
          agent_id: "agent_1",
          tool_name: "memory_search",
          arguments: { query: "ann" },
          confidence: 0.9,
          rationale: "asked by mail",
        },
      },
    ]);
    expect(buddy.stdout()).toContain('{"found":1}');
  });

  it("buddy call prints an output that is null as null", async () => {
    const buddy = fakeContext({ answer: answering({ ...done, output: null }) });
    expect(await buddy.run(...call())).toBe(EXIT.ok);
    expect(buddy.stdout()).toMatch(/^null$/mu);
  });

  it("buddy call asks again under the same key where its answer was lost, and is told what came of the first", async () => {
    let times = 0;
    const buddy = fakeContext({
      answer: () => {
        times += 1;
        if (times === 1)
          throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
        return times === 2 ? { status: 502, body: "bad gateway" } : { body: done };
      },
    });
    expect(await buddy.run(...call())).toBe(EXIT.ok);
    expect(buddy.sent).toHaveLength(3);
    expect(new Set(buddy.sent.map(({ key, body }) => JSON.stringify([key, body]))).size).toBe(1);
    expect(buddy.sent[0]?.key).not.toBeNull();
  });

  describe("a server that goes away while it holds the call", () => {
    const failing = (code: string) => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    };
    const lost = (): Answer => failing("ECONNRESET");
    const away = (): Answer => failing("ECONNREFUSED");
    const inTurn = (...answers: (() => Answer)[]) => {
      const last = answers.at(-1) ?? away;
      return fakeContext({ answer: () => (answers.shift() ?? last)() });
    };

    it("buddy call waits for a server that goes away with the call and comes back", async () => {
      const buddy = inTurn(lost, away, away, away, away, () => ({ body: done }));
      expect(await buddy.run(...call())).toBe(EXIT.ok);
      expect(new Set(buddy.sent.map(({ key }) => key)).size).toBe(1);
    });

    it("buddy call says of a server that went away with the call that it may have been taken, and how to find it", async () => {
      const buddy = inTurn(lost, away);
      expect(await buddy.run(...call())).toBe(EXIT.unreachable);
      const [sent] = buddy.sent;
      expect(buddy.stderr()).toContain("did not answer (ECONNRESET): the call may have been taken");
      expect(buddy.stderr()).toContain(`the same command with --key ${sent?.key}`);
      expect(buddy.stderr()).toContain("asked again: cannot reach http://127.0.0.1:7717: ECONNREFUSED");
      expect(buddy.stderr()).toContain("look: buddy status --agent agent_1");
    });

    it("buddy call passes on why a server failed, beside what nobody knows of the call", async () => {
      const detail = "the database failed: its disk is full; make room";
      const buddy = inTurn(() => ({ status: 500, body: { title: "Something went wrong here", detail } }));
      expect(await buddy.run(...call())).toBe(EXIT.unreachable);
      expect(buddy.stderr()).toContain("failed while it was asked (500): the call may have been taken");
      expect(buddy.stderr()).toContain(`it says: ${detail}`);
      expect(buddy.stderr()).toContain("look: buddy status --agent agent_1");
      expect(buddy.stderr()).not.toContain("did not answer");
    });

    it("buddy call says so as well where its token is not believed any more by then", async () => {
      const buddy = inTurn(lost, () => ({ status: 401, body: { detail: "the token has expired" } }));
      expect(await buddy.run(...call())).toBe(EXIT.unreachable);
      expect(buddy.sent).toHaveLength(2);
      expect(buddy.stderr()).toContain("the call may have been taken");
      expect(buddy.stderr()).toContain("asked again: the token has expired");
    });

    it("buddy call does not wait for a server that was not there", async () => {
      const buddy = inTurn(away);
      expect(await buddy.run(...call())).toBe(EXIT.unreachable);
      expect(buddy.sent).toHaveLength(1);
      expect(buddy.stderr()).not.toContain("may have been");
    });

    it("buddy run says of plans whose answer was lost that they may have been submitted", async () => {
      const buddy = fakeContext({ files: { "p.json": "{}" }, answer: lost });
      expect(await buddy.run("run", "p.json")).toBe(EXIT.unreachable);
      expect(buddy.stderr()).toContain("the plans may have been submitted");
      expect(new Set(buddy.sent.map(({ key }) => key)).size).toBe(1);
    });
  });

  it("buddy call takes arguments from a file and from stdin", async () => {
    const sentBy = async (given: string, more: Parameters<typeof fakeContext>[0]): Promise<Sent | undefined> => {
      const buddy = fakeContext({ answer: answering(done), ...more });
      await buddy.run(...call("--arguments", given, "--dry-run"));
      return buddy.sent[0];
    };
    const body = { arguments: { query: "b" }, config: { dry_run_only: true } };
    expect(await sentBy("@a.json", { files: { "a.json": '{"query": "b"}' } })).toMatchObject({ body });
    expect(await sentBy("-", { stdin: '{"query": "b"}' })).toMatchObject({ body });
  });

  it("buddy call says which arguments are no JSON object, and sends nothing", async () => {
    const buddy = fakeContext({ answer: answering(done), stdin: "[]" });
    expect(await buddy.run(...call("--arguments", "-"))).toBe(EXIT.usage);
    expect(buddy.stderr()).toContain("stdin holds no JSON object");
    expect(await buddy.run(...call("--confidence", "7"))).toBe(EXIT.usage);
    expect(buddy.sent).toEqual([]);
  });

  it("buddy call with --wait asks for the outcome until there is one", async () => {
    const buddy = fakeContext({ answer: answering(waiting("approval", "ap1"), waiting("outcome"), done) });
    expect(await buddy.run(...call("--wait"))).toBe(EXIT.ok);
    expect(buddy.sent.map(({ method, path, query }) => [method, path, query.wait])).toEqual([
      ["POST", "/calls", undefined],
      ["GET", "/calls/ex1", "25"],
      ["GET", "/calls/ex1", "25"],
    ]);
  });

  it("buddy call with --wait asks again where nobody can answer for a while, such as a server that is started anew", async () => {
    const away: Answer[] = [
      { status: 429, body: { message: "Too Many Requests" } },
      { status: 503, body: "soon" },
    ];
    const answers: Answer[] = [{ body: waiting("approval", "ap1") }, ...away, { body: done }];
    const buddy = fakeContext({ answer: () => answers.shift() ?? { body: null } });
    expect(await buddy.run(...call("--wait"))).toBe(EXIT.ok);
    expect(buddy.sent).toHaveLength(4);
  });

  it("buddy call with --wait says that the call goes on, and how to come back to it, where nobody answers any more", async () => {
    const answers: Answer[] = [{ body: waiting("approval", "ap1") }];
    const buddy = fakeContext({ answer: () => answers.shift() ?? { status: 503, body: "soon" } });
    expect(await buddy.run(...call("--wait"))).toBe(EXIT.unreachable);
    expect(buddy.stderr()).toContain("goes on");
    expect(buddy.stderr()).toContain("buddy follow ex1");
  });

  it("buddy call with --wait says that the call goes on, and how to come back to it, where its token is over by then", async () => {
    const answers: Answer[] = [{ body: waiting("approval", "ap1") }];
    const over = { status: 401, body: { detail: "the token has expired" } };
    const buddy = fakeContext({ answer: () => answers.shift() ?? over });
    expect(await buddy.run(...call("--wait"))).toBe(EXIT.not_authorised);
    expect(buddy.stderr()).toContain("the token has expired");
    expect(buddy.stderr()).toContain("goes on");
    expect(buddy.stderr()).toContain("buddy follow ex1");
  });

  it("buddy call with a token that was given names only what an agent may do: how its call stands, and no following", async () => {
    const env = { BUDDY_TOKEN: "an agent's" };
    const over = { status: 401, body: { detail: "the token has expired" } };
    const answers: Answer[] = [{ body: waiting("approval", "ap1") }];
    const ended = fakeContext({ env, answer: () => answers.shift() ?? over });
    expect(await ended.run(...call("--wait"))).toBe(EXIT.not_authorised);
    expect(ended.stderr()).toContain("Come back: buddy status ex1");
    const left = fakeContext({ env, answer: answering(waiting("approval", "ap1")) });
    expect(await left.run(...call())).toBe(EXIT.waiting_for_people);
    expect(left.stdout()).toContain("Look at it: buddy status ex1");
    for (const said of [ended.stderr(), left.stdout()]) expect(said).not.toMatch(/buddy (follow|approvals)/);
  });

  it("buddy call with --wait that is left says that the call goes on, and how to come back to it", async () => {
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const buddy = fakeContext({ answer: answering(waiting("approval", "ap1")) });
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (init?.method === "POST") return buddy.context.fetch(input, init);
      leave();
      return new Promise(() => undefined);
    };
    const context = { ...buddy.context, fetch, interrupted: () => left };
    expect(await runBuddy(context, call("--wait"))).toBe(EXIT.interrupted);
    expect(buddy.stdout()).toContain("The call goes on without you. Come back: buddy follow ex1");
  });

  it("buddy call names the request to look at while a person is asked", async () => {
    const buddy = fakeContext({ answer: answering(waiting("approval", "ap1")) });
    expect(await buddy.run(...call())).toBe(EXIT.waiting_for_people);
    expect(buddy.stdout()).toContain("buddy approvals ap1");
  });

  it.each([
    [refused("rejected"), EXIT.not_all_done],
    [refused("blocked"), EXIT.not_all_done],
    [refused("expired"), EXIT.not_all_done],
    [refused("failed"), EXIT.not_succeeded],
    [refused("undone"), EXIT.rolled_back],
    [waiting("unlock"), EXIT.locked],
    [waiting("resource"), EXIT.waiting_for_people],
  ])("buddy call tells by its exit code how the call stands: %o", async (body, code) => {
    const buddy = fakeContext({ answer: answering(body) });
    expect(await buddy.run(...call("--json"))).toBe(code);
    expect(JSON.parse(buddy.stdout())).toEqual(body);
  });
});

describe("buddy agents token", () => {
  it("buddy agents token makes a token by which the bearer is that agent and nobody else", async () => {
    const asked: unknown[] = [];
    const fake = fakeContext({});
    fake.context.local.mintToken = async (...given) => {
      asked.push(given.slice(1));
      return { token: "t", seconds: given[3] ?? 0 };
    };
    expect(await fake.run("agents", "token", "agent_1")).toBe(EXIT.ok);
    expect(await fake.run("agents", "token", "Research Agent", "--hours", "1")).toBe(EXIT.ok);
    expect(asked).toEqual([
      ["agent_1", ["agent", "agent:agent_1"], 43_200],
      ["Research Agent", ["agent", "agent:Research%20Agent"], 3_600],
    ]);
  });

  it("buddy agents token is not for a deployment, whose issuer gives tokens", async () => {
    const fake = fakeContext({ env: { BUDDY_ENDPOINT: "https://api.example", BUDDY_TOKEN: "x" } });
    expect(await fake.run("agents", "token", "agent_1")).toBe(EXIT.refused);
    expect(fake.stderr()).toContain("agent:agent_1");
  });
});
