import pMap from "p-map";
import { type Resting, type Rests, restedOn, restingAs } from "../../shared/execution/attempt/rested-on.ts";
import { type LedgerKey, unknownRow } from "../../shared/execution/record/ledger-row.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { CallPlace } from "../../shared/ports/ledger.ts";
import type { Deps } from "../deps.ts";
import { type StandingDeps, standingOf } from "./call-standing.ts";

/** So many steps of other executions are looked at; where more rest on one call, a person is asked in any case. */
const LOOKED_AT = 200;

const CONCURRENT_READS = 16;

const LONG_AGO = new Date(0).toISOString();

export type RestingDeps = StandingDeps & Pick<Deps, "clock">;

/**
 * The reasons that keep a call from being undone: other executions took it for their own when they dropped its
 * duplicate, and acted on it. To be relied on when it is on record that the call is being undone: whatever begins to rest
 * on it after that finds so.
 */
export const restsElsewhere = async (deps: RestingDeps, record: StepRecord): Promise<Rests | undefined> => {
  const { execution_id, step_id } = record;
  const said = await deps.ledger.restingOn({ execution_id, step_id }, LOOKED_AT + 1);
  const found = await pMap(said.slice(0, LOOKED_AT), (place) => restingAt(deps, place), {
    concurrency: CONCURRENT_READS,
  });
  const resting = found.filter((each) => each !== undefined);
  return restedOn(record, resting, said.length > LOOKED_AT);
};

const restingAt = async (deps: RestingDeps, place: CallPlace): Promise<Resting | undefined> => {
  const key: LedgerKey = { ...place, side: "forward" };
  const row = await unlessDamaged(
    () => deps.ledger.get(key),
    // Nobody will find out: said in the question, and nothing to wait for.
    () => unknownRow(key, { started_at: LONG_AGO }),
  );
  return row && restingAs(row, await standingOf(deps, row), deps.clock.now().toISOString());
};
