import { atMost, type Figure, figureOf, mebibytes } from "../figure.ts";

/** The process at rest, when so many executions had ended; sizes in bytes. */
export type Rest = {
  readonly ended: number;
  readonly heap: number;
  readonly resident: number;
  /** The most that was resident until then, in MiB: what clearing up takes after the last is no part of it. */
  readonly peak_mib: number;
  readonly seconds: number;
};

/**
 * The growth of the heap with each execution that ended, in bytes: from a quarter of the way on, before which caches fill
 * that have a limit. Undefined where it was looked at too seldom to say.
 */
export const growthOf = (rests: readonly Rest[]): number | undefined => {
  const [from, to] = [rests[rests.length >> 2], rests.at(-1)];
  if (from === undefined || to === undefined || to.ended <= from.ended) return undefined;
  return (to.heap - from.heap) / (to.ended - from.ended);
};

type Asked = { readonly wanted: number; readonly most_bytes: number };

export const soakFigures = (rests: readonly Rest[], { wanted, most_bytes }: Asked): Figure[] => {
  const last = rests.at(-1);
  if (last === undefined) return [];
  return [
    figureOf(`executions that ended, of ${wanted} asked for`, last.ended, "executions"),
    atMost(figureOf("heap for each that has ended", growthOf(rests) ?? Number.NaN, "bytes"), most_bytes),
    figureOf("resident at rest, after the first look", mebibytes(rests[0]?.resident ?? Number.NaN), "MiB"),
    figureOf("resident at rest, after the last", mebibytes(last.resident), "MiB"),
    figureOf("peak memory", last.peak_mib, "MiB"),
    figureOf("executions a second", last.ended / last.seconds, "per second"),
  ];
};
