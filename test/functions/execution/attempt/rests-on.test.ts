import { expect, it } from "vitest";
import { restsOnNothing } from "../../../../functions/execution/attempt/rests-on.ts";
import { indexSchedule } from "../../../../shared/execution/view/view.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { plan, update } from "../../../harness/plans.ts";
import { bodyRefOf, PureExecution } from "../../../harness/pure-execution.ts";
import { startWorld } from "../../../harness/world.ts";

const MADE = { state: "LIVE", phase: "finished", ending: "live", committed: true } as const;

/** How often somebody asks for the edges of a step, of a call at the end of a chain of so many made elsewhere. */
const looksFor = async (made: number): Promise<number> => {
  const bodies = Array.from({ length: made + 1 }, (_, n) =>
    update(`s${n}`, `c${n}`, { stage: "x" }, { after: n === 0 ? [] : [`s${n - 1}`] }),
  );
  const run = new PureExecution(scheduleOf([plan("p", bodies)]), CONTRACTS);
  for (const { step_id } of run.schedule.steps.slice(0, made)) {
    const item = { execution_id: "e0", step_id, seq: 1, rung: "LIVE", ceiling: "LIVE", ceiling_reason: null } as const;
    run.writeRow({ ...item, provisional: false, start_before: null, rests_elsewhere: false }, "forward", "COMMITTED");
    const duplicate_of = { execution_id: "e0", step_id, status: "COMMITTED", at: run.at() } as const;
    const conflict = { state: "ABORTED", phase: "finished", ending: "conflict", duplicate_of } as const;
    run.records.set(step_id, { ...run.record(step_id), ...conflict, live_output: bodyRefOf(step_id) });
  }
  const { deps } = await startWorld();
  const rows = new Map([...run.ledger.values()].map((row) => [row.step_id, row]));
  const said: string[] = [];
  const ports = {
    steps: {
      ...deps.steps,
      all: async () => [...run.records.values()],
      get: async (_: string, step_id: string) => ({ ...run.record(step_id), ...MADE }),
    },
    ledger: {
      ...deps.ledger,
      get: async ({ step_id, side }: { step_id: string; side: string }) =>
        side === "forward" ? rows.get(step_id) : undefined,
      rest: async ({ step_id }: { step_id: string }) => {
        said.push(step_id);
      },
    },
  };
  let looks = 0;
  const index = indexSchedule(run.schedule);
  const counted = {
    ...index,
    edgesInto: (step_id: string) => {
      looks += 1;
      return index.edgesInto(step_id);
    },
    edgesOutOf: (step_id: string) => {
      looks += 1;
      return index.edgesOutOf(step_id);
    },
  };
  const { execution, schedule } = run;
  const last = `s${made}`;
  const context = { execution, schedule, index: counted, step: index.step(last), record: run.record(last) };
  expect(await restsOnNothing(ports, { ...context, rests_elsewhere: true })).toBeUndefined();
  expect(said).toHaveLength(made);
  return looks;
};

it("a call that rests on many calls of another execution looks at the steps between in proportion to their number", async () => {
  expect((await looksFor(80)) / (await looksFor(20))).toBeLessThan(5);
});
