import { repeatedInWords } from "../../conflicts/repeated-call.ts";
import { isDependency, stepsAhead, stepsBehind } from "../../conflicts/rule-of-order.ts";
import { callsElsewhere } from "../order/duplicates.ts";
import type { LedgerKey } from "../record/ledger-row.ts";
import { fallenInWords, standsNoMore } from "../view/call-standing.ts";
import { canStop, outputElsewhere, stop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/** The steps that depend on one that was dropped because another execution had made its call. */
export const restingElsewhere = (walk: Walk): ReadonlySet<string> => {
  const resting = new Set<string>();
  for (const dropped of walk.view.elsewhere.keys()) addBehind(walk, dropped, resting);
  return resting;
};

/** Adds what stands behind a step to what stands behind others; nobody looks behind what is there already. */
const addBehind = (walk: Walk, step_id: string, behind: Set<string>): string[] => {
  const added = [...stepsBehind(walk.index, step_id, isDependency, (id) => behind.has(id))].filter(
    (id) => !behind.has(id),
  );
  for (const id of added) behind.add(id);
  return added;
};

/**
 * A step that was dropped as a duplicate counts as done while the call stands that another execution made. Once that
 * one is undone, or turns out to have done nothing, what depends on it has nothing to rest on.
 */
export const stopOnFallen: Rule = (walk) => {
  // The first reason counts for what stands behind several.
  const behind = new Set<string>();
  for (const [dropped, standing] of walk.view.elsewhere) {
    if (!standsNoMore(standing)) continue;
    const reason = fallenInWords({ dropped, standing });
    for (const step_id of addBehind(walk, dropped, behind)) {
      const record = walk.record(step_id);
      if (canStop(walk, record)) stop(walk, record, "dependency", reason);
    }
  }
};

/**
 * The same call was begun by another execution before it was known what came of it. Where it was made, the step that
 * waited for that is its duplicate, and what depends on it takes that call's output; where it was not, the step goes on.
 */
export const settleAwaited: Rule = (walk) => {
  for (const [step_id, { call, is }] of walk.view.awaited) {
    const record = walk.record(step_id);
    if (is !== "made" || !canStop(walk, record)) continue;
    stop(walk, record, "conflict", repeatedInWords(call), { ...outputElsewhere(walk, step_id), duplicate_of: call });
  }
};

/** The calls of other executions that open steps wait for to know whether they are to be made themselves. */
export const whatIsAwaited = (walk: Walk): RestsOn[] =>
  [...walk.view.awaited].flatMap(
    ([
      dropped,
      {
        call: { execution_id, step_id },
        is,
      },
    ]) =>
      is === "undecided" && walk.record(dropped).phase === "open" ? [{ dropped, call: { execution_id, step_id } }] : [],
  );

export type RestsOn = { readonly dropped: string; readonly call: Pick<LedgerKey, "execution_id" | "step_id"> };

/**
 * The calls of other executions that open steps rest on when the pass is over, by the step that was dropped for each;
 * also one that was dropped in this very pass, of whose call nothing was read yet. A roll back of such a call finds no
 * step that has not acted: so the step's own execution is to look.
 */
export const whatRestsElsewhere = (walk: Walk): RestsOn[] => {
  const { schedule, elsewhere } = walk.view;
  const records = new Map(schedule.steps.map(({ step_id }) => [step_id, walk.record(step_id)]));
  const open = schedule.steps.flatMap(({ step_id }) => (records.get(step_id)?.phase === "open" ? [step_id] : []));
  const ahead = stepsAhead(walk.index, open, isDependency);
  return [...callsElsewhere(schedule.conflicts, records)].flatMap(([dropped, { execution_id, step_id }]) => {
    const standing = elsewhere.get(dropped);
    if (standing !== undefined && standsNoMore(standing)) return [];
    return ahead.has(dropped) ? [{ dropped, call: { execution_id, step_id } }] : [];
  });
};
