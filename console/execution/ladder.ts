import type { StepView } from "../../functions/api/schemas.ts";

/** A rung of the ladder, and how a step stands to it. */
export type Rung = {
  readonly name: "MOCK" | "DRY RUN" | "APPROVAL" | "LIVE";
  readonly standing: "done" | "now" | "ahead" | "closed";
};

const RUNGS = ["MOCK", "DRY RUN", "APPROVAL", "LIVE"] as const;

/** The rung on which a step of that state is; null off the ladder. */
const RUNG_OF: Readonly<Record<StepView["state"], number | null>> = {
  MOCK: 0,
  DRY_RUN: 1,
  AWAITING_APPROVAL: 2,
  LIVE: 3,
  ROLLBACK: null,
  ABORTED: null,
  LOCKED: null,
};

const REACHED = { MOCK: 0, DRY_RUN: 1, LIVE: 3 } as const;

type Laddered = Pick<StepView, "state" | "finished" | "mode_reached" | "approval_needed" | "ceiling">;

/** The rungs that this step has: approval only where its contract asks for one. */
export const rungsOf = ({ state, finished, mode_reached, approval_needed, ceiling }: Laddered): Rung[] => {
  const reached = mode_reached === null ? -1 : REACHED[mode_reached];
  const at = RUNG_OF[state];
  const highest = ceiling === null ? 3 : REACHED[ceiling.mode];
  return RUNGS.flatMap((name, rung): Rung[] => {
    if (name === "APPROVAL" && !approval_needed) return [];
    if (rung <= reached) return [{ name, standing: "done" }];
    if (rung === at && !finished) return [{ name, standing: "now" }];
    if (at !== null && rung < at) return [{ name, standing: "done" }];
    return [{ name, standing: finished || at === null || rung > highest ? "closed" : "ahead" }];
  });
};

/** Steps that a step waits for: what it depends on and has not finished. */
export const waitsFor = (step: Pick<StepView, "depends_on" | "finished">, finished: ReadonlySet<string>): string[] =>
  step.finished ? [] : step.depends_on.filter((id) => !finished.has(id));
