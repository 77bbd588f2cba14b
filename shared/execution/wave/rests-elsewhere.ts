import { isDependency, stepsBehind } from "../../conflicts/rule-of-order.ts";
import { standsNoMore } from "../view/call-standing.ts";
import { canStop, stop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/** Whether a step depends on one that was dropped because another execution had made its call. */
export const restsElsewhere = (walk: Walk, step_id: string): boolean =>
  [...walk.view.elsewhere.keys()].some((dropped) => stepsBehind(walk.index, dropped, isDependency).has(step_id));

/**
 * A step that was dropped as a duplicate counts as done while the call stands that another execution made. Once that
 * one is undone, or turns out to have done nothing, what depends on it has nothing to rest on.
 */
export const stopOnFallen: Rule = (walk) => {
  for (const [dropped, standing] of walk.view.elsewhere) {
    if (!standsNoMore(standing)) continue;
    const became = standing === "undone" ? "has been undone since" : "turned out to have had no effect";
    const reason = `${dropped}, which it depends on, was dropped as a duplicate, and the call made before it ${became}`;
    for (const step_id of stepsBehind(walk.index, dropped, isDependency)) {
      const record = walk.record(step_id);
      if (canStop(walk, record)) stop(walk, record, "dependency", reason);
    }
  }
};
