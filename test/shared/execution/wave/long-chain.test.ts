import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import type { ExecutionView } from "../../../../shared/execution/view/view.ts";
import { advance } from "../../../../shared/execution/wave/advance.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { choicesFrom } from "../../../harness/choices.ts";
import { call, plan } from "../../../harness/plans.ts";
import { runItem } from "../../../harness/pure-environment.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";

const LIVE = { mode: "LIVE", reasons: [] } as const;

/** A chain of writes, each of the record that `page` names, and none capped. */
const chainOf = (steps: number, page: (place: number) => string): PureExecution => {
  const bodies = Array.from({ length: steps }, (_, place) =>
    call(`s${place}`, "form_fill", { url: page(place) }, { after: place === 0 ? [] : [`s${place - 1}`] }),
  );
  const schedule = scheduleOf([plan("p", bodies)]);
  const uncapped = schedule.steps.map((step) => ({ ...step, ceiling: { ...LIVE, reasons: [] } }));
  return new PureExecution({ ...schedule, steps: uncapped }, CONTRACTS);
};

/** How often a pass looks at what has become of a step. */
const looksOf = (view: ExecutionView): number => {
  let looks = 0;
  const counting = (record: StepRecord): StepRecord =>
    new Proxy(record, {
      get: (target, name, receiver) => {
        if (name === "phase") looks += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  advance({ ...view, records: new Map([...view.records].map(([step_id, record]) => [step_id, counting(record)])) });
  return looks;
};

const PASSES = 20;

/** The most looks of any of the first passes, as everything goes well. */
const mostLooks = (run: PureExecution): number => {
  let most = 0;
  for (let pass = 0; pass < PASSES; pass += 1) {
    most = Math.max(most, looksOf(run.view()));
    const answer = advance(run.view());
    run.store(answer);
    for (const item of answer.wave) runItem(run, item, choicesFrom([]));
    for (const { approval_id, status } of run.approvals.values())
      if (status === "open") run.decide(approval_id, { status: "approved" });
    run.now += 3_000;
  }
  expect([...run.records.values()].filter(({ committed }) => committed).length).toBeGreaterThan(5);
  return most;
};

describe("a pass over a chain", () => {
  it.each([
    ["records of their own", (place: number) => `page${place}`],
    ["one record", () => "page"],
  ])("a pass over a chain looks at its steps in proportion to their number, where they write %s", (_, page) => {
    expect(mostLooks(chainOf(160, page)) / mostLooks(chainOf(40, page))).toBeLessThan(5);
  });
});
