import { StateMachine } from "aws-local-stepfunctions";
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { machineOf } from "../../../functions/machine/definition.ts";
import { stateError } from "../../../functions/machine/errors.ts";
import { runMachine } from "../../../functions/machine/interpreter.ts";
import { readDefinition } from "../../../local/engine/definition.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { type Call, type Reading, readable, readByOthers } from "./other-reader.ts";

const { text } = await readDefinition();

/** By this reader, as other-reader.ts has it by the other. */
const readByUs = async (input: Json, call: Call): Promise<Reading> => {
  const entered: string[] = [];
  const end = await runMachine(machineOf(JSON.parse(text)), input, {
    random: { next: () => 0 },
    invoke: (state, payload) => call(state, payload),
    invokeAndWait: (state, payloadFor) => call(state, payloadFor("token")),
    sleep: async () => {},
    stopped: () => false,
    entered: (state) => entered.push(state),
  }).then(
    (ended) => (ended.status === "SUCCEEDED" ? "SUCCEEDED" : ended.error.cause_text),
    (error: unknown) => stateError(error).cause_text,
  );
  return { entered, end };
};

class Failing extends Error {
  /** The other library tells a timeout, which `States.TaskFailed` does not mean, by this. */
  readonly isRetryable: boolean;
  constructor(name: string) {
    super(`${name}, as the test wants it`);
    this.name = name;
    this.isRetryable = name !== "States.Timeout";
  }
}

const RUNGS = ["MOCK", "DRY_RUN", "LIVE", "ROLLBACK", "none of them"] as const;
const pass = fc.record({
  decision: fc.constantFrom("WAVE", "WAVE", "WAVE", "WAIT", "WAIT", "CONTINUE", "ABORTED", "LOCKED"),
  wave: fc.array(fc.constantFrom(...RUNGS), { maxLength: 6 }),
});
/** How often a function fails before it answers, by the name of its state, and with what. */
const failures = fc.dictionary(
  fc.constantFrom(
    ...["Validate", "Resolve conflicts", "Next wave", "Mock", "Dry run", "Live", "Roll back", "Read the outcome"],
    ...["Await approval", "Continue in a fresh history", "Conclude", "Conclude after a failure"],
    ...["Feedback", "Health", "Artifacts"],
  ),
  fc.record({
    name: fc.constantFrom("Lambda.TooManyRequestsException", "Lambda.Unknown", "States.Timeout", "ToolFailure"),
    times: fc.constantFrom(1, 2, 5, 6, 31),
  }),
  { maxKeys: 3 },
);
const story = fc.record({
  passes: fc.array(pass, { maxLength: 5 }),
  status: fc.constantFrom("SUCCEEDED", "INCOMPLETE", "ROLLED_BACK", "FAILED", "ABORTED"),
  failures,
});
type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

const waveOf = (rungs: readonly string[], number: number): Json[] =>
  rungs.map((rung, at) => ({ execution_id: "e1", step_id: `s${number}-${at}`, rung }));

/** Functions that answer as a story tells, and the calls that they got: in order, but for those of one wave. */
const functionsOf = ({ passes, status, failures: failing }: Story): { call: Call; calls: () => string[] } => {
  const made = new Map<string, number>();
  const calls: string[] = [];
  let next = 0;
  const failed = (state: string, payload: Json): void => {
    const item = isJsonObject(payload) ? String(payload.step_id ?? "") : "";
    const count = (made.get(`${state} ${item}`) ?? 0) + 1;
    made.set(`${state} ${item}`, count);
    const fault = failing[state];
    if (fault !== undefined && count <= fault.times) throw new Failing(fault.name);
  };
  const nextWave = (): Json => {
    const { decision, wave } = passes[next] ?? { decision: "DONE", wave: [] };
    next += 1;
    return { execution_id: "e1", history: 1, pass: next, decision, wave: waveOf(wave, next), wait_seconds: 60 };
  };
  return {
    calls: () => calls,
    call: async (state, payload) => {
      calls.push(`${state} ${JSON.stringify(payload)}`);
      failed(state, payload);
      if (state === "Next wave") return nextWave();
      if (state.startsWith("Conclude")) return { execution_id: "e1", history: 1, status };
      return { execution_id: "e1", history: 1, pass: 1, of: state };
    },
  };
};

const INPUT: Json = { execution_id: "e1", history: 1, correlation_id: "c1" };

it("the state machine file is read alike by this interpreter and by one that others wrote, whatever its functions answer", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const [ours, theirs] = [functionsOf(told), functionsOf(told)];
      const [us, others] = [await readByUs(INPUT, ours.call), await readByOthers(text, INPUT, theirs.call)];
      expect(us.end).toBe(others.end);
      expect(us.entered.toSorted()).toEqual(others.entered.toSorted());
      expect(ours.calls().toSorted()).toEqual(theirs.calls().toSorted());
      const outside = ({ entered }: Reading): string[] =>
        entered.filter((state) => INNER.every((inner) => inner !== state));
      expect(outside(us)).toEqual(outside(others));
    }),
    { numRuns: 60 },
  );
});

const { "Run wave": map } = z
  .looseObject({
    States: z.looseObject({
      "Run wave": z.looseObject({ ItemProcessor: z.looseObject({ States: z.record(z.string(), z.unknown()) }) }),
    }),
  })
  .parse(JSON.parse(text)).States;
/** States of one wave's iterations, whose turns nobody promises. */
const INNER = Object.keys(map.ItemProcessor.States);

it("the state machine file is one of the language, which no start looks at again", () => {
  const validated = (definition: object) => () =>
    new StateMachine(JSON.parse(JSON.stringify(definition)), {
      validationOptions: { checkPaths: false, checkArn: false },
    });
  expect(validated(readable(text))).not.toThrow();
  expect(validated({ ...readable(text), StartAt: "Nowhere" })).toThrow("State machine definition is invalid");
});
