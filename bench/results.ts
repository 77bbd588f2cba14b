import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { Figure } from "./figure.ts";

const PATH = fileURLToPath(new URL("results.json", import.meta.url));

/** The figures of one workload, and how busy the machine was when it began. */
export type Measured = {
  /** The day, as YYYY-MM-DD. */
  readonly on: string;
  readonly processors: number;
  /** Processes that wanted a processor, on average of the minute before: more than there are slow each other down. */
  readonly load_before: number;
  readonly figures: readonly Figure[];
};

/** Runs one workload. @returns its figures with the circumstances that they were measured in */
export const withCircumstances = async (measure: () => Promise<readonly Figure[]>): Promise<Measured> => {
  const load_before = Number((loadavg()[0] ?? 0).toFixed(1));
  const on = new Date().toISOString().slice(0, 10);
  return { on, processors: availableParallelism(), load_before, figures: await measure() };
};

/** Puts workloads in the place of what stands there of them; the others stay as they were measured, with their day. */
export const keepResults = async (measured: Readonly<Record<string, Measured>>): Promise<void> => {
  const kept: Record<string, Measured> = JSON.parse(await readFile(PATH, "utf8"));
  await writeFile(PATH, `${JSON.stringify({ ...kept, ...measured }, null, 2)}\n`);
};
