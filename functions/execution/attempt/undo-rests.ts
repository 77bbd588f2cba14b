import pMap from "p-map";
import { digestOf } from "../../../shared/audit/digest.ts";
import { nextRequest } from "../../../shared/execution/approval-id.ts";
import { type LedgerKey, unknownRow } from "../../../shared/execution/ledger-row.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { CallPlace } from "../../../shared/ports/ledger.ts";
import { standingOf } from "../../conflicts/earlier-calls.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { type LiveDeps, later } from "./live-call.ts";

/** So many steps of other executions are looked at; where more rest on one call, a person is asked in any case. */
const LOOKED_AT = 200;

const CONCURRENT_READS = 16;

/** The question names these many. */
const NAMED = 10;

/** A call that is running ends soon; what is unknown, or being undone, may take a person. In seconds. */
const PAUSE_SECONDS = { running: 5, undecided: 300 } as const;

/** After that, an outcome that nobody has found out is nothing to wait for any more: a person is asked beside it. */
const UNKNOWN_FOR_SECONDS = 3_600;
const LONG_AGO = new Date(0).toISOString();

export type Rests =
  | { readonly kind: "nothing" }
  /** It may come to rest on the call yet, or is taken away before it: looked at again after so many seconds. */
  | { readonly kind: "moves"; readonly why: string; readonly seconds: number }
  /** `digest` names all of it. */
  | { readonly kind: "stands"; readonly why: string; readonly digest: string };

type Found = CallPlace & { readonly words: string } & (
    | { readonly moves: false }
    | { readonly moves: true; readonly seconds: number }
  );

/**
 * What other executions did that rests on a call, because they took it for their own when they dropped its duplicate.
 * To be asked when it is on record that the call is being undone: whatever begins to rest on it after that finds so.
 */
export const whatRestsElsewhere = async (
  deps: Pick<LiveDeps, "clock" | "ledger" | "steps">,
  { execution_id, step_id }: CallPlace,
): Promise<Rests> => {
  const said = await deps.ledger.restingOn({ execution_id, step_id }, LOOKED_AT + 1);
  const found = await pMap(said.slice(0, LOOKED_AT), (place) => restingAt(deps, place), {
    concurrency: CONCURRENT_READS,
  });
  const rests = found.filter((each) => each !== undefined);
  const moving = rests.find((each) => each.moves);
  if (moving?.moves === true) return { kind: "moves", why: moving.words, seconds: moving.seconds };
  const more = said.length > LOOKED_AT;
  if (rests.length === 0 && !more) return { kind: "nothing" };
  const named = rests.slice(0, NAMED).map(({ words }) => words);
  const others = more || rests.length > NAMED ? [more ? "and others" : `and ${rests.length - NAMED} more`] : [];
  const places = rests.map((each) => [each.execution_id, each.step_id]);
  return { kind: "stands", why: [...named, ...others].join("; "), digest: digestOf("rests-on", { places, more }) };
};

const restingAt = async (
  deps: Pick<LiveDeps, "clock" | "ledger" | "steps">,
  place: CallPlace,
): Promise<Found | undefined> => {
  const key: LedgerKey = { ...place, side: "forward" };
  const row = await unlessDamaged(
    () => deps.ledger.get(key),
    // Nobody will find out: said in the question, and nothing to wait for.
    () => unknownRow(key, { started_at: LONG_AGO }),
  );
  if (row === undefined) return undefined;
  const name = `${place.step_id}${row.tool_name === "" ? "" : ` (${row.tool_name})`} of execution ${place.execution_id}`;
  const standing = await standingOf(deps, row);
  switch (standing) {
    case "no_effect":
    case "undone":
      return undefined;
    case "stands":
    case "undo_asked":
      return { ...place, moves: false, words: `${name}, which rests on it, stands and is not undone` };
    case "being_undone":
      return { ...place, moves: true, words: `${name} is being undone first`, seconds: PAUSE_SECONDS.undecided };
    case "unknown": {
      const now = deps.clock.now().toISOString();
      const running = row.status === "INTENT" && row.deadline > now;
      const words = `what came of ${name}, which rests on it, is not known`;
      if (running) return { ...place, moves: true, words, seconds: PAUSE_SECONDS.running };
      const asked = Date.parse(now) - Date.parse(row.started_at) > UNKNOWN_FOR_SECONDS * 1000;
      return asked
        ? { ...place, moves: false, words }
        : { ...place, moves: true, words, seconds: PAUSE_SECONDS.undecided };
    }
  }
};

/** The person who was asked knew of all that rests on the call. */
const isAgreed = ({ record }: Pick<StepContext, "record">, rests: Rests): boolean =>
  rests.kind === "stands" && record.undo_despite === rests.digest;

/** Why a compensation must not be sent yet, of which nothing was sent; undefined where it may be. */
export const heldByOthers = async (
  deps: Pick<LiveDeps, "clock" | "ledger" | "steps">,
  context: Pick<StepContext, "record">,
): Promise<Exclude<Rests, { kind: "nothing" }> | undefined> => {
  const rests = await whatRestsElsewhere(deps, context.record);
  return rests.kind === "nothing" || isAgreed(context, rests) ? undefined : rests;
};

/** Waits for what moves, for as long as that takes; a person says whether to undo what others' effects rest on. */
export const withholdUndo = async (
  deps: Pick<LiveDeps, "clock" | "steps">,
  { record }: Pick<StepContext, "record">,
  rests: Exclude<Rests, { kind: "nothing" }>,
): Promise<void> => {
  const anew = { waiting_since: null, deferrals: 0 } as const;
  if (rests.kind === "moves") {
    const look_again_at = later(deps, rests.seconds);
    await move(deps, record, { event: "undo_deferred", reason: rests.why, changes: { ...anew, look_again_at } });
    return;
  }
  await move(deps, record, {
    event: "undo_withheld",
    reason: rests.why,
    changes: {
      ...anew,
      ...nextRequest(record, "undo"),
      ending: "live",
      look_again_at: null,
      undo_despite: rests.digest,
    },
  });
};
