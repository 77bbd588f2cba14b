import { inWorkers } from "./in-workers.ts";

export type ExhaustOptions = { readonly jobs: number; readonly pairs: boolean; readonly reference?: string };

const REPORTED = 10;

/** Kills a function at every await point of every reference, and says what was found. @returns how many failed */
export const exhaust = async ({ jobs, pairs, reference }: ExhaustOptions): Promise<number> => {
  const started = performance.now();
  const data = { pairs, reference: reference ?? null };
  const found = await inWorkers(new URL("./exhaustive-worker.ts", import.meta.url), jobs, data);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${found.played} deaths${pairs ? " and pairs of deaths" : ""} in ${seconds.toFixed(1)} s with ${jobs} jobs: ${found.failures.length} failed`,
  );
  for (const failure of found.failures.slice(0, REPORTED)) console.log(`${failure.what}: ${failure.found}`);
  return found.failures.length;
};
