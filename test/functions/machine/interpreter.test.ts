import { expect, it } from "vitest";
import { machineOf } from "../../../functions/machine/definition.ts";
import { StateError } from "../../../functions/machine/errors.ts";
import { type Host, type RunEnd, runMachine } from "../../../functions/machine/interpreter.ts";
import type { Json } from "../../../shared/plan/json.ts";

const RETRIER = { IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2, MaxDelaySeconds: 3, JitterStrategy: "FULL" };
const task = (changes: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "f", Payload: { "id.$": "$.id" } },
  End: true,
  ...changes,
});
const ran = async (States: object, input: Json, host: Partial<Host>, StartAt = "Work"): Promise<RunEnd> =>
  runMachine(machineOf({ StartAt, States }), input, {
    random: { next: () => 1 },
    invoke: async () => null,
    invokeAndWait: async () => null,
    sleep: async () => {},
    stopped: () => false,
    entered: () => {},
    ...host,
  });

it("a task that fails is tried again after pauses that grow to the longest, each a random part of it, and then ends the run", async () => {
  const paused: number[] = [];
  const sleep = async (seconds: number): Promise<void> => {
    paused.push(seconds);
  };
  const failing = ran(
    { Work: task({ Retry: [{ ErrorEquals: ["States.TaskFailed"], ...RETRIER }] }) },
    { id: "a" },
    { invoke: () => Promise.reject(new StateError("Lambda.Unknown", "no reply")), sleep, random: { next: () => 0.5 } },
  );
  await expect(failing).rejects.toMatchObject({ name: "Lambda.Unknown", cause_text: "no reply" });
  expect(paused).toEqual([0.5, 1, 1.5, 1.5]);
});

it("a path that leads to nothing ends the run, whatever its states try again or catch", async () => {
  const all = { ErrorEquals: ["States.ALL"] };
  const states = {
    Work: task({ Retry: [{ ...all, ...RETRIER }], Catch: [{ ...all, Next: "Caught" }] }),
    Caught: { Type: "Succeed" },
  };
  await expect(ran(states, {}, {})).rejects.toMatchObject({ name: "States.Runtime" });
  expect(await ran(states, { id: "a" }, { invoke: () => Promise.reject(new Error("broken")) })).toMatchObject({
    status: "SUCCEEDED",
    output: { Error: "Error", Cause: "broken" },
  });
});

it("more than 256 KiB of a state ends the run, as on Step Functions, whatever its states try again or catch", async () => {
  const all = { ErrorEquals: ["States.ALL"] };
  const work = { Retry: [{ ...all, ...RETRIER }], Catch: [{ ...all, Next: "Caught" }], End: undefined, Next: "Caught" };
  const states = (changes: object = {}) => ({ Work: task({ ...work, ...changes }), Caught: { Type: "Succeed" } });
  const answering = (answer: string): Partial<Host> => ({ invoke: async () => answer });
  const endOf = (...given: Parameters<typeof ran>): Promise<string> =>
    ran(...given).then(
      ({ status }) => status,
      (error: Error) => error.name,
    );
  // Three bytes each: with {"Payload":""} around them, two less than there may be.
  const most = "顧".repeat(87_376);
  expect(await endOf(states(), { id: "a" }, answering(most))).toBe("SUCCEEDED");
  expect(await endOf(states(), { id: "a" }, answering(`${most}顧`))).toBe("States.DataLimitExceeded");
  // Also where nothing of the answer goes on.
  const dropped = states({ ResultPath: null });
  expect(await endOf(dropped, { id: "a" }, answering(`${most}顧`))).toBe("States.DataLimitExceeded");
  expect(await endOf(dropped, { id: `${most}顧` }, answering("b"))).toBe("States.DataLimitExceeded");
  // Each of them fits, and both together do not.
  const half = "顧".repeat(50_000);
  const beside = states({ ResultPath: "$.answer" });
  expect(await endOf(beside, { id: half }, answering(half))).toBe("States.DataLimitExceeded");
});

it("a cause of any length goes on cut, as Step Functions cuts it", async () => {
  const states = {
    Work: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] }),
    Caught: { Type: "Succeed" },
  };
  const invoke = (): Promise<Json> => Promise.reject(new Error("x".repeat(300_000)));
  const { output } = await ran(states, { id: "a" }, { invoke });
  expect(JSON.stringify(output).length).toBeLessThan(33_000);
});

it("a Map has no more of its items at work than it may, and answers in their order", async () => {
  const states = {
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Work",
        States: { Work: task({ ResultSelector: { "done.$": "$.Payload" } }) },
      },
      ResultPath: "$.items",
      End: true,
    },
  };
  const waiting: (() => void)[] = [];
  const answerAll = (): void => {
    for (const answer of waiting.splice(0).toReversed()) answer();
  };
  let most = 0;
  const invoke = (_state: string, payload: Json): Promise<Json> =>
    new Promise((resolve) => {
      waiting.push(() => resolve(payload));
      most = Math.max(most, waiting.length);
      // The later of two answers first.
      if (waiting.length === 2) setImmediate(answerAll);
    });
  const items = ["a", "b", "c", "d"].map((id) => ({ id }));
  expect(await ran(states, { items }, { invoke }, "Each")).toEqual({
    status: "SUCCEEDED",
    output: { items: items.map((done) => ({ done })) },
  });
  expect(most).toBe(2);
});

it("an item that fails ends its Map, and of the others none is begun or goes further", async () => {
  const states = {
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Work",
        States: {
          Work: task({ End: undefined, Next: "Ends badly?", ResultSelector: { "bad.$": "$.Payload.bad" } }),
          "Ends badly?": {
            Type: "Choice",
            Choices: [{ Variable: "$.bad", BooleanEquals: true, Next: "Bad" }],
            Default: "Further",
          },
          Bad: { Type: "Fail", Error: "Unwilling", Cause: "it was bad" },
          Further: { Type: "Succeed" },
        },
      },
      End: true,
    },
  };
  const entered: string[] = [];
  const late = Promise.withResolvers<Json>();
  const invoke = async (_state: string, payload: Json): Promise<Json> =>
    JSON.stringify(payload).includes("slow") ? late.promise : { bad: true };
  const host = { invoke, entered: (state: string) => entered.push(state) };
  const items = [{ id: "slow" }, { id: "bad" }, { id: "never begun" }];
  await expect(ran(states, { items }, host, "Each")).rejects.toMatchObject({ name: "Unwilling" });
  late.resolve({ bad: false });
  await new Promise((resolve) => setImmediate(resolve));
  expect(entered).toEqual(["Each", "Work", "Work", "Ends badly?", "Bad"]);
});

it("a Choice fails at a variable that is not there, unless it asks whether it is", async () => {
  const choosing = (rule: object) => ({
    Which: { Type: "Choice", Choices: [{ Variable: "$.name", ...rule, Next: "Work" }], Default: "Otherwise" },
    Work: { Type: "Pass", Result: "taken", End: true },
    Otherwise: { Type: "Pass", Result: "not taken", End: true },
  });
  await expect(ran(choosing({ StringEquals: "a" }), {}, {}, "Which")).rejects.toMatchObject({ name: "States.Runtime" });
  expect(await ran(choosing({ IsPresent: false }), {}, {}, "Which")).toMatchObject({ output: "taken" });
  expect(await ran(choosing({ IsPresent: true }), {}, {}, "Which")).toMatchObject({ output: "not taken" });
});

it("a run that is stopped goes no further, whatever its task came to", async () => {
  for (const outcome of ["answers", "fails"] as const) {
    const entered: string[] = [];
    let stopped = false;
    const come = Promise.withResolvers<Json>();
    const run = ran(
      { Work: task({ End: undefined, Next: "After" }), After: { Type: "Succeed" } },
      { id: "a" },
      { stopped: () => stopped, entered: (state) => entered.push(state), invoke: () => come.promise },
    );
    stopped = true;
    if (outcome === "answers") come.resolve(null);
    else come.reject(new Error("broken"));
    const later = new Promise((resolve) => setImmediate(() => resolve("nothing came of it")));
    expect(await Promise.race([run, later])).toBe("nothing came of it");
    expect(entered).toEqual(["Work"]);
  }
});

it("a file that uses what this interpreter does not know is refused when it is read, with the place", () => {
  const unknown = { Work: task({ HeartbeatSeconds: 5 }) };
  expect(() => machineOf({ StartAt: "Work", States: unknown })).toThrow("HeartbeatSeconds");
});
