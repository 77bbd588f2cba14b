import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { type Answer, fakeContext, type Sent } from "./fake-context.ts";

const call = {
  execution_id: "01JABC",
  step_id: "s1",
  side: "forward",
  tool_name: "ghl_search",
  agent_id: "janitor",
  started_at: "2026-01-31T12:00:00.000Z",
  may_run_until: "2026-01-31T12:01:00.000Z",
};
const locked = (scope: object, more: object = {}) => ({
  lock: { lock_id: "x", scope, mode: "stop_forward", reason: "stop", locked_by: "olga", locked_at: call.started_at },
  can_still_run: [],
  told: 1,
  ...more,
});
const answering = (body: object) => fakeContext({ answer: () => ({ body: JSON.parse(JSON.stringify(body)) }) });

const NEEDS_A_REASON = [
  ["lock", "--everything"],
  ["unlock", "--everything"],
  ["abort", "01JABC"],
  ["rollback", "01JABC"],
  ["resume", "01JABC"],
] as const;

describe("a command that needs a reason", () => {
  it.each(NEEDS_A_REASON)(
    "the command %s says that it needs a reason, and asks the server nothing",
    async (...argv) => {
      const terminal = answering({});
      expect(await terminal.run(...argv)).toBe(EXIT.usage);
      expect(terminal.stderr()).toContain("--reason: is needed");
      expect(terminal.sent).toEqual([]);
    },
  );

  it("a command that needs a reason says so to a program as a document", async () => {
    const terminal = answering({});
    expect(await terminal.run("lock", "--everything", "--json")).toBe(EXIT.usage);
    expect(JSON.parse(terminal.stdout())).toMatchObject({
      error: { exit_code: EXIT.usage, message: expect.stringContaining("--reason: is needed") },
    });
  });
});

it("the answer of a roll back is that it is to be made, before anything is known to be undone", async () => {
  const terminal = answering({ execution_id: "01JABC", status: "RUNNING" });
  expect(await terminal.run("rollback", "01JABC", "--reason", "wrong customer")).toBe(EXIT.ok);
  expect(terminal.stdout()).toContain(
    "01JABC is to be rolled back, as far as it can be undone. How it stands: buddy status",
  );
  expect(terminal.stdout()).not.toContain("is rolled back");
});

it("the command extend says that it needs seconds", async () => {
  const terminal = answering({});
  expect(await terminal.run("extend", "ap1")).toBe(EXIT.usage);
  expect(terminal.stderr()).toContain("--seconds: is needed");
});

it("an option that no command has is told to a program as a document", async () => {
  const terminal = answering({});
  expect(await terminal.run("lock", "--evrything", "--reason", "x", "--json")).toBe(EXIT.usage);
  expect(JSON.parse(terminal.stdout())).toMatchObject({ error: { exit_code: EXIT.usage } });
});

describe("the answer of a lock", () => {
  const say = async (reply: object, ...argv: string[]) => {
    const terminal = answering(reply);
    expect(await terminal.run("lock", ...argv, "--reason", "stop")).toBe(EXIT.ok);
    return terminal.stdout();
  };

  it("the answer of a lock has words for its scope", async () => {
    const agent = { kind: "agent", agent_id: "janitor" };
    expect(await say(locked(agent), "--agent", "janitor")).toContain("No call of agent janitor can still run.");
    const one = await say(locked(agent, { can_still_run: [call] }), "--agent", "janitor");
    expect(one).toContain("Only this call of agent janitor can still run:");
    expect(await say(locked({ kind: "everything" }), "--everything")).toContain("No call can still run.");
  });

  it("the answer of a lock says that nobody is known by the name, and how many are told later", async () => {
    const reply = locked(
      { kind: "agent", agent_id: "x" },
      { warning: 'no agent "x" is known yet', still_to_tell: 1_450 },
    );
    const said = await say(reply, "--agent", "x");
    expect(said).toContain('Careful: no agent "x" is known yet');
    expect(said).toContain("1450 more within minutes; the lock holds for them already");
  });
});

it("the answer of an abort lists what can still run", async () => {
  const summary = {
    execution_id: "01JABC",
    status: "RUNNING",
    submitted_by: "ann",
    submitted_at: call.started_at,
    ended_at: null,
    plan_ids: ["p1"],
    step_count: 1,
    manifests: 0,
    can_still_run: [call],
  };
  const terminal = answering(summary);
  expect(await terminal.run("abort", "01JABC", "--reason", "stop")).toBe(EXIT.ok);
  expect(terminal.stdout()).toContain("Only this call of execution 01JABC can still run:");
});

it("a misspelt name is refused with the near one, and exit code 5", async () => {
  const message =
    'no agent "janitr" is known yet; did you mean "janitor"? To lock that name all the same, say even_if_unknown';
  const body = { detail: "nothing was locked", violations: [{ path: "/scope/agent_id", rule: "unknown", message }] };
  const terminal = fakeContext({ answer: (): Answer => ({ status: 404, body }) });
  expect(await terminal.run("lock", "--agent", "janitr", "--reason", "stop")).toBe(EXIT.not_found);
  expect(terminal.stderr()).toContain('did you mean "janitor"?');
});

describe("a lock whose answer was lost", () => {
  const failing = (fails: (sent: Sent) => Answer) => fakeContext({ answer: fails });

  it("a lock whose answer was lost may have been placed, and says where to look", async () => {
    const timedOut = failing(() => {
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    });
    const gaveUp = failing(() => ({ status: 504, body: "" }));
    for (const terminal of [timedOut, gaveUp]) {
      expect(await terminal.run("lock", "--everything", "--reason", "stop")).toBe(EXIT.unreachable);
      expect(terminal.stderr()).toContain("it may have been placed");
      expect(terminal.stderr()).toContain("buddy system");
    }
  });

  it("a lock whose answer was lost was not placed where no connection came about", async () => {
    const terminal = fakeContext({});
    expect(await terminal.run("lock", "--everything", "--reason", "stop")).toBe(EXIT.unreachable);
    expect(terminal.stderr()).toContain("cannot reach");
    expect(terminal.stderr()).not.toContain("may have been");
  });
});

it("a server that is ended says what goes on when it is started again", async () => {
  const terminal = fakeContext({});
  const stop = async () => ({ executions: 2, calls: 1 });
  const local = {
    ...terminal.context.local,
    startServer: async () => ({ url: "http://127.0.0.1:1", live_enabled: true, consoleLink: () => "", stop }),
  };
  expect(await runBuddy({ ...terminal.context, local, interrupted: async () => undefined }, ["start"])).toBe(EXIT.ok);
  expect(terminal.stdout()).toContain(
    "2 executions go on when it is started again; what waits for people still waits.",
  );
  expect(terminal.stdout()).toContain("1 call had no answer yet");
});

it("a server that is started says all that LIVE can reach, not the sandbox alone", async () => {
  const terminal = fakeContext({});
  const local = {
    ...terminal.context.local,
    startServer: async () => ({
      url: "http://127.0.0.1:1",
      live_enabled: true,
      consoleLink: () => "",
      stop: async () => undefined,
    }),
  };
  const named = ["--allow-host", "crm.example.com", "--allow-stdio", "npx -y contacts"];
  const context = { ...terminal.context, local, interrupted: async () => undefined };
  expect(await runBuddy(context, ["start", ...named])).toBe(EXIT.ok);
  expect(terminal.stdout()).toContain("LIVE is on (sandbox, workers, crm.example.com, npx -y contacts).");
});

it("a server that is started prints a link that signs in the person at the terminal", async () => {
  const terminal = fakeContext({});
  const context = { ...terminal.context, interrupted: async () => undefined };
  expect(await runBuddy(context, ["start", "--as", "bob"])).toBe(EXIT.ok);
  expect(terminal.stdout()).toContain("Console: http://127.0.0.1:1/console#code=of-bob");
});

it("another link is had while the server runs; of a deployment, its address", async () => {
  const terminal = fakeContext({});
  expect(await terminal.run("console", "--as", "bob")).toBe(EXIT.ok);
  expect(await terminal.run("console", "--endpoint", "https://buddy.example/")).toBe(EXIT.ok);
  expect(terminal.stdout().trim().split("\n")).toEqual([
    "http://127.0.0.1:7717/console#code=of-bob",
    "https://buddy.example/console",
  ]);
});
