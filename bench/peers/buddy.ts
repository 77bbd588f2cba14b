import type { Deps } from "../../functions/deps.ts";
import { approveRequests, openRequests } from "../stack/approve.ts";
import { untilPublished } from "../stack/ending.ts";
import { withStack } from "../stack/on-disk.ts";
import { mustHaveEnded, submit } from "../stack/submit.ts";
import { numbers, PLANS, STEPS, stepsPerSecond } from "./rounds.ts";

const LOOK_MS = 5;
const PATIENCE_MS = 120_000;

/** As soon as all steps ask for a person, one approves them. */
const approve = async (deps: Deps, execution_id: string): Promise<void> => {
  const began = performance.now();
  for (;;) {
    const asked = await openRequests(deps, execution_id);
    if (asked.length === STEPS) return approveRequests(deps, asked);
    if (performance.now() - began > PATIENCE_MS)
      throw new Error(`${asked.length} of ${STEPS} steps asked for a person`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

/**
 * Buddy on disk: each step simulated, previewed, approved, made and accounted for, until the artifacts are published.
 * @returns steps a second
 */
export const buddySteps = (): Promise<number> =>
  withStack(async ({ deps }) =>
    stepsPerSecond(async (name) => {
      const ids = await Promise.all(
        numbers(PLANS).map((plan) =>
          submit(deps, { tool: "bench_approved_write", steps: STEPS, name: `${name}-${plan}` }),
        ),
      );
      await Promise.all(ids.map((id) => approve(deps, id)));
      await untilPublished(deps, ids);
      for (const id of ids) await mustHaveEnded(deps, id);
    }),
  );
