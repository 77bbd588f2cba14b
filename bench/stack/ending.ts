import type { Deps } from "../../functions/deps.ts";

const LOOK_MS = 20;
const PATIENCE_MS = 150_000;

/**
 * Waits until every execution has ended and its artifacts are published, by looking at the records: an engine that is
 * asked all the time whether it is idle would be measured with the asking.
 * @throws Error after 150 s
 */
export const untilPublished = async (deps: Pick<Deps, "executions">, ids: readonly string[]): Promise<void> => {
  const began = performance.now();
  for (const id of ids) {
    while (!((await deps.executions.get(id))?.manifests ?? 0)) {
      if (performance.now() - began > PATIENCE_MS) throw new Error(`execution ${id} has not ended`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
};
