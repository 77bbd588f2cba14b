import pMap from "p-map";
import { z } from "zod";
import { type FallenCall, standsNoMore } from "../../shared/execution/view/call-standing.ts";
import { stepId } from "../../shared/plan/given-names.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import { repeatedAt, type StandingDeps, standingAt } from "./call-standing.ts";

/** Calls of other executions that steps rest on which have not acted yet, each by the step that was, or may be, dropped for it. */
export const restsOn = z.array(
  z.object({ dropped: stepId, call: z.object({ execution_id: identifier, step_id: stepId }) }),
);
export type RestsOn = z.infer<typeof restsOn>;

const CONCURRENT_READS = 16;

/** The steps among those whose call elsewhere was undone since, or turned out to have done nothing. */
export const fallenElsewhere = async (deps: StandingDeps, rests: RestsOn): Promise<FallenCall[]> => {
  const found = await pMap(
    rests,
    async ({ dropped, call }) => ({ dropped, standing: await standingAt(deps, { ...call, side: "forward" }) }),
    { concurrency: CONCURRENT_READS },
  );
  return found.flatMap(({ dropped, standing }) => (standsNoMore(standing) ? [{ dropped, standing }] : []));
};

/** Whether it is known by now what came of one of the calls that steps wait for, since they may be its duplicates. */
export const isKnownElsewhere = async (deps: StandingDeps, awaits: RestsOn): Promise<boolean> => {
  const found = await pMap(awaits, async ({ call }) => repeatedAt(deps, { ...call, side: "forward" }), {
    concurrency: CONCURRENT_READS,
  });
  return found.some((each) => each?.is !== "undecided");
};
