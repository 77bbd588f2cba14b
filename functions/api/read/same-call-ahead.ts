import pMap from "p-map";
import { undecidedInWords } from "../../../shared/conflicts/repeated-call.ts";
import { callsAwaited } from "../../../shared/execution/order/duplicates.ts";
import { earlierCallIn } from "../../../shared/execution/record/ledger-row.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { repeatedAt, type StandingDeps } from "../../records/call-standing.ts";
import type { Ordered } from "../../records/documents.ts";

const READ_AT_A_TIME = 8;

const WAITS = "waits for the same call: ";

/**
 * Why steps that make a call which is being made already, here or by another execution, go no further for now, by
 * step. No event says so, since nothing has happened to them: an execution finds it anew each time that it looks.
 */
export const sameCallAhead = async (
  deps: StandingDeps,
  { schedule, index }: Ordered,
  recordOf: (step_id: string) => StepRecord,
): Promise<ReadonlyMap<string, string>> => {
  const waits = (step_id: string): boolean => {
    const { state, phase } = recordOf(step_id);
    return state === "DRY_RUN" && phase === "open";
  };
  const here = schedule.steps.flatMap(({ step_id, allow_duplicate }): [string, string][] => {
    if (allow_duplicate || !waits(step_id)) return [];
    const first = index
      .edgesInto(step_id)
      .find(({ kind, before }) => kind === "twin" && recordOf(before).phase !== "finished");
    return first === undefined
      ? []
      : [[step_id, `${WAITS}step ${first.before} makes it, and what comes of that is not known yet`]];
  });
  const asked = [...callsAwaited(schedule.conflicts)].filter(([step_id]) => waits(step_id));
  const elsewhere = await pMap(
    asked,
    async ([step_id, key]): Promise<[string, string][]> => {
      const found = await repeatedAt(deps, key);
      return found?.is === "undecided" ? [[step_id, WAITS + undecidedInWords(earlierCallIn(found.row))]] : [];
    },
    { concurrency: READ_AT_A_TIME },
  );
  return new Map([...here, ...elsewhere.flat()]);
};
