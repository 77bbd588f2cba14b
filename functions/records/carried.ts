import type { Deps } from "../deps.ts";

/** Beyond its time, by any clock, nobody carries it any more. */
const SPARE_MS = 30_000;

/** A note that a run is carried on by a request, made before there is anything to carry: nobody else starts it then. */
export const noteCarried = async (
  deps: Pick<Deps, "carriedRuns" | "clock">,
  execution_id: string,
  milliseconds: number,
): Promise<void> => {
  const until = new Date(deps.clock.now().getTime() + milliseconds + SPARE_MS).toISOString();
  await deps.carriedRuns.put({ execution_id, until });
};
