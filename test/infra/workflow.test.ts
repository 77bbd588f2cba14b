import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HISTORY_EVENTS } from "../../functions/execution/pass/history-events.ts";
import { passAnswer } from "../../functions/execution/pass/pass-answer.ts";
import { ANSWERED, rungItem } from "../../functions/records/workflow-input.ts";
import { workflowTasks } from "../../functions/run/tasks.ts";
import { workflowHandlers } from "../../infra/handlers.ts";
import { SIDES } from "../../shared/execution/attempt/side.ts";
import { TRANSITIONS } from "../../shared/execution/record/states.ts";
import { startWorld } from "../harness/world.ts";

const catcher = z.object({ ErrorEquals: z.array(z.string()), Next: z.string(), ResultPath: z.string().nullable() });
const retrier = z.object({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.number().optional(),
  JitterStrategy: z.literal("FULL"),
});
const state = z.looseObject({
  Type: z.enum(["Task", "Map", "Choice", "Pass", "Succeed", "Fail"]),
  Resource: z.string().optional(),
  Parameters: z.looseObject({ FunctionName: z.string() }).optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  End: z.boolean().optional(),
  Choices: z.array(z.looseObject({ Next: z.string(), StringEquals: z.string().optional() })).optional(),
  Catch: z.array(catcher).optional(),
  Retry: z.array(retrier).optional(),
  TimeoutSeconds: z.number().optional(),
  TimeoutSecondsPath: z.string().optional(),
  ItemProcessor: z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) }).optional(),
});
type State = z.infer<typeof state>;
type Machine = { readonly StartAt: string; readonly States: ReadonlyMap<string, State> };

const parse = (given: { StartAt: string; States: Record<string, unknown> }): Machine => ({
  StartAt: given.StartAt,
  States: new Map(Object.entries(given.States).map(([name, each]) => [name, state.parse(each)])),
});

const text = await readFile(new URL("../../infra/workflow/orchestration.asl.json", import.meta.url), "utf8");
const file = z
  .looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()), QueryLanguage: z.string() })
  .parse(JSON.parse(text));
const main = parse(file);
const map = main.States.get("Run wave")?.ItemProcessor;
if (map === undefined) throw new Error("Run wave is no Map");
const iteration = parse(map);
const machines = [main, iteration];
const all = new Map(machines.flatMap(({ States }) => [...States]));
const tasks = [...all].filter(([, each]) => each.Type === "Task");

const stateOf = (name: string): State => {
  const found = all.get(name);
  if (found === undefined) throw new Error(`no state ${name}`);
  return found;
};

const nextOf = (each: State): string[] => [
  ...(each.Next === undefined ? [] : [each.Next]),
  ...(each.Default === undefined ? [] : [each.Default]),
  ...(each.Choices ?? []).map(({ Next }) => Next),
  ...(each.Catch ?? []).map(({ Next }) => Next),
];

const reachableFrom = ({ StartAt, States }: Machine): Set<string> => {
  const found = new Set([StartAt]);
  for (const name of found) for (const next of nextOf(States.get(name) ?? stateOf(name))) found.add(next);
  return found;
};

const FAILED = "States.TaskFailed";
const THROTTLED = "Lambda.TooManyRequestsException";
/** Of Step Functions' "Handle Lambda service exceptions", with what it calls a function that may not run as well. */
const LAMBDA_FAILED = [
  THROTTLED,
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
];

const retryOf = ({ Retry = [] }: State, error: string) => Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error));

/** Seconds that a retrier waits at most, over all its attempts; with full jitter half of it on average. */
const longest = (given: z.infer<typeof retrier> | undefined): number =>
  Array.from({ length: given?.MaxAttempts ?? 0 }, (_, made) => {
    const { IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = Number.POSITIVE_INFINITY } = given ?? {};
    return Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds);
  }).reduce((sum, seconds) => sum + seconds, 0);

const choicesOf = (name: string): Map<string, string> =>
  new Map(
    (stateOf(name).Choices ?? []).flatMap(({ StringEquals, Next }) =>
      StringEquals === undefined ? [] : [[StringEquals, Next]],
    ),
  );

describe("the state machine file", () => {
  it("the state machine file is in JSONPath, which both engines speak", () => {
    expect(file.QueryLanguage).toBe("JSONPath");
    expect(text).not.toMatch(/States\.(UUID|MathRandom)|"Assign"|\{%/);
  });

  it("the state machine file has no state that cannot be reached, and none that leads nowhere", () => {
    for (const machine of machines) {
      expect(reachableFrom(machine)).toEqual(new Set(machine.States.keys()));
      for (const [name, each] of machine.States) {
        const ends = each.End === true || each.Type === "Succeed" || each.Type === "Fail";
        const { Catch: _ways, ...onward } = each;
        expect(ends !== nextOf(onward).length > 0, name).toBe(true);
      }
    }
  });

  it("the state machine file reaches its end from every state", () => {
    for (const machine of machines) {
      for (const name of machine.States.keys()) {
        const from = reachableFrom({ ...machine, StartAt: name });
        const ends = [...from].some(
          (each) => ["Succeed", "Fail"].includes(stateOf(each).Type) || stateOf(each).End === true,
        );
        expect(ends, name).toBe(true);
      }
    }
  });

  it("the state machine file has the states that its readers know by name", () => {
    for (const name of ["Mock", "Dry run", "Await approval", "Live", "Roll back", "Aborted", "Locked"]) {
      expect([...all.keys()]).toContain(name);
    }
  });

  it("the state machine file gives every task a time limit that its function ends within", () => {
    const limits: Readonly<Record<string, { timeoutSeconds: number }>> = workflowHandlers;
    for (const [name, task] of tasks) {
      const handler = /^\$\{(\w+)\}$/.exec(task.Parameters?.FunctionName ?? "")?.[1] ?? "";
      expect(Object.keys(limits), name).toContain(handler);
      if (task.TimeoutSecondsPath !== undefined) continue;
      expect(task.TimeoutSeconds, name).toBeGreaterThan(limits[handler]?.timeoutSeconds ?? Number.POSITIVE_INFINITY);
    }
  });

  it("the state machine file uses every function of the workflow, and is told nothing else but its partition", () => {
    const used = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual([...Object.keys(workflowHandlers), "Partition"].sort());
  });

  it("the state machine file tries again what failed where that may be tried again, and never what acts", () => {
    const afterFailure = tasks.filter(([, task]) => retryOf(task, FAILED) !== undefined).map(([name]) => name);
    const without = tasks.map(([name]) => name).filter((name) => !afterFailure.includes(name));
    expect(without).toEqual(["Live", "Roll back"]);
    for (const name of without) {
      // Lambda refused to start it: nothing ran. Any other error of Lambda's may have come after the function began.
      expect(stateOf(name).Retry?.map(({ ErrorEquals }) => ErrorEquals)).toEqual([[THROTTLED]]);
    }
  });

  it("the state machine file tries what Lambda did not start again before anything is said of it, and far longer", () => {
    for (const [name, task] of tasks) {
      const [first, second] = task.Retry ?? [];
      expect(first?.ErrorEquals, name).toContain(THROTTLED);
      if (second === undefined) continue;
      expect(first?.ErrorEquals, name).toEqual(LAMBDA_FAILED);
      expect(second.ErrorEquals, name).toEqual([FAILED]);
      expect(longest(first), name).toBeGreaterThan(3 * longest(second));
    }
    // Nothing else of a run waits on these, and the run ends as failed with them: an hour on average, two at most.
    for (const [name, task] of main.States) {
      if (task.Type === "Task") expect(longest(retryOf(task, THROTTLED)), name).toBeGreaterThanOrEqual(7_000);
    }
    // A step that was handed out is handed out again by Next wave.
    for (const [name, task] of iteration.States) {
      if (task.Type === "Task") expect(longest(retryOf(task, THROTTLED)), name).toBe(10 + 40 + 160);
    }
  });

  it("the state machine file keeps within the events of a history, whatever is tried again", () => {
    const eventsOf = (name: string): number => {
      const { Type, Retry = [] } = stateOf(name);
      // Entered and exited; for each attempt scheduled, started, and how it ended.
      return 2 + (Type === "Task" ? 3 * (1 + Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0)) : 0);
    };
    const rungs = Math.max(...["Mock", "Dry run", "Live", "Roll back"].map(eventsOf));
    const others = ["Which rung?", "Read the outcome", "Left to Next wave"].map(eventsOf);
    const iterationEvents = 2 + rungs + others.reduce((sum, events) => sum + events, 0);
    expect(HISTORY_EVENTS.item).toBe(iterationEvents);
    const ending = ["Next wave", "Conclude", "Feedback", "Health", "Artifacts"].map(eventsOf);
    const atTheEnd = ending.reduce((sum, events) => sum + events, 0);
    expect(HISTORY_EVENTS.budget + atTheEnd + 3_000).toBeLessThan(HISTORY_EVENTS.limit);
  });

  it("the state machine file lets no failure of a function end an execution unconcluded, but of the conclusion itself", () => {
    for (const [name, { Catch }] of tasks) {
      const catchesAll = (Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"));
      const last = ["Conclude", "Conclude after a failure", "Artifacts"].includes(name);
      expect(catchesAll, name).toBe(!last);
    }
    for (const [name, task] of main.States) {
      for (const { Next, ErrorEquals } of task.Catch ?? []) {
        if (["Feedback", "Health"].includes(name)) continue;
        expect(Next, name).toBe(ErrorEquals.includes("States.Timeout") ? "Next wave" : "Conclude after a failure");
      }
    }
  });

  it("the state machine file asks the ledger when a rung failed, and carries out of an iteration only what was answered", () => {
    for (const name of ["Mock", "Dry run", "Live", "Roll back"]) {
      expect(stateOf(name).Catch?.map(({ Next }) => Next)).toEqual(["Read the outcome"]);
    }
    expect(stateOf("Which rung?").Default).toBe("Read the outcome");
    for (const [name, { Type, ResultSelector, ResultPath, Result }] of iteration.States) {
      if (Type === "Task")
        expect({ ResultSelector, ResultPath }, name).toEqual({ ResultSelector: { "answer.$": "$.Payload" } });
      if (Type === "Pass") expect(Result, name).toEqual({ answer: ANSWERED });
    }
    expect(stateOf("Next wave").Parameters?.Payload).toMatchObject({ "answers.$": "$.wave" });
  });

  it("the state machine file waits for people in one place only, outside the Map, for as long as it is told", () => {
    const waits = tasks.filter(([, { Resource }]) => Resource?.endsWith(".waitForTaskToken"));
    expect(waits.map(([name]) => name)).toEqual(["Await approval"]);
    expect([...main.States.keys()]).toContain("Await approval");
    expect(stateOf("Await approval").TimeoutSecondsPath).toBe("$.wait_seconds");
  });
});

describe("the file and the rules", () => {
  it("the state machine file has a choice for every decision of Next wave", () => {
    const choices = choicesOf("What next?");
    const decisions = passAnswer.shape.decision.options;
    const chosen = decisions.map((decision) => [decision, choices.get(decision) ?? stateOf("What next?").Default]);
    expect(Object.fromEntries(chosen)).toEqual({
      WAVE: "Run wave",
      WAIT: "Await approval",
      CONTINUE: "Continue in a fresh history",
      DONE: "Conclude",
      ABORTED: "Aborted",
      LOCKED: "Locked",
    });
    expect([...choices.keys()].filter((key) => !decisions.some((decision) => decision === key))).toEqual([]);
  });

  it("the state machine file has a rung for every state of the table in which something is run, and no other", () => {
    const rungs = choicesOf("Which rung?");
    expect([...rungs.keys()].sort()).toEqual([...rungItem.shape.rung.options].sort());
    // A rung runs where the table has an event of success or failure of that state itself.
    const running = ["mock_succeeded", "previewed", "live_succeeded", "compensated"] as const;
    const states = running.flatMap((event) => [...TRANSITIONS[event].from]);
    expect([...rungs.keys()].sort()).toEqual([...new Set(states)].sort());
    expect(Object.fromEntries(rungs)).toEqual({
      MOCK: "Mock",
      DRY_RUN: "Dry run",
      LIVE: "Live",
      ROLLBACK: "Roll back",
    });
  });

  it.each([
    ["MOCK", ["rehearse/mock.ts"], []],
    ["DRY_RUN", ["rehearse/dry-run.ts"], []],
    [
      "LIVE",
      ["attempt/forward-call.ts", "attempt/duplicate.ts", "attempt/read.ts"],
      Object.values(SIDES.forward.events),
    ],
    ["ROLLBACK", [], [...Object.values(SIDES.compensation.events), "undo_withheld"]],
  ] as const)(
    "the state machine file runs in %s nothing that writes an event which is not legal there",
    async (rung, sources, told) => {
      const rows: Readonly<Record<string, { from: readonly string[]; phase: string }>> = TRANSITIONS;
      const written = new Set<string>(told);
      for (const source of sources) {
        const code = await readFile(new URL(`../../functions/execution/${source}`, import.meta.url), "utf8");
        for (const [, event] of code.matchAll(/event: "(\w+)"/g)) written.add(event ?? "");
      }
      expect(written.size).toBeGreaterThan(1);
      for (const event of written) {
        expect(rows[event]?.from, `${event} by ${sources.join(", ")}`).toContain(rung);
        expect(rows[event]?.phase, event).toBe("open");
      }
    },
  );

  it("the state machine file names a waiting state for every state of the table in which nothing is to be run", () => {
    const waiting = { AWAITING_APPROVAL: "Await approval", ABORTED: "Aborted", LOCKED: "Locked" };
    for (const name of Object.values(waiting)) expect([...main.States.keys()]).toContain(name);
    const running = [...choicesOf("Which rung?").keys()];
    const table = new Set(Object.values(TRANSITIONS).flatMap((row) => [...row.from]));
    expect([...running, "AWAITING_APPROVAL", "LOCKED"].sort()).toEqual([...table].sort());
  });

  it("the state machine file is run on one machine by the same functions, under the names of its states", async () => {
    const { tasks: local, deps } = await startWorld();
    expect([...Object.keys(local.tasks), local.wait[0]].sort()).toEqual(tasks.map(([name]) => name).sort());
    expect(Object.keys(workflowTasks({ deps, mocking: deps.toolbox, previewing: deps.toolbox }).tasks)).toContain(
      "Live",
    );
  });
});
