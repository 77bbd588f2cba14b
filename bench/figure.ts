/** One measured number. `peer` is what was measured beside it in the same run, `ratio` how often the figure fits into it. */
export type Figure = {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  readonly peer: number | null;
  readonly ratio: number | null;
  /** The target, in words; absent where none was set. */
  readonly goal?: string;
  readonly met?: boolean;
};

export const figureOf = (name: string, figure: number, unit: string): Figure => ({
  name,
  figure: rounded(figure),
  unit,
  peer: null,
  ratio: null,
});

/** A figure that should not be above `limit`. */
export const atMost = (figure: Figure, limit: number): Figure => ({
  ...figure,
  goal: `at most ${limit} ${figure.unit}`,
  met: figure.figure <= limit,
});

export const besides = (figure: Figure, peer: number): Figure => ({
  ...figure,
  peer: rounded(peer),
  ratio: rounded(peer / figure.figure),
});

/** Four digits say all that a repeated measurement knows. */
const rounded = (value: number): number => Number(value.toPrecision(4));

export const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

/** Milliseconds that `run` takes. */
export const timed = async (run: () => unknown): Promise<number> => {
  const before = performance.now();
  await run();
  return performance.now() - before;
};

const MIB = 2 ** 20;
export const mebibytes = (bytes: number): number => bytes / MIB;

/** The most memory this process ever had, in MiB: maxRSS is in KiB on every platform. */
export const peakMebibytes = (): number => process.resourceUsage().maxRSS / 1024;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
