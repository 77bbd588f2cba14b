import type { ProjectFile } from "./project-files.ts";

/** Longer files should be two; data and generated text have no such limit. */
const LONG = 200;
const SOURCE = /^(?:shared|functions|infra|local|cli|checks|bench|simulation|bundling|console)\/.*\.(?:js|tsx?)$/;

export type LengthReport = {
  readonly files: number;
  /** Lines of the median file and of the one at the 90th percentile. */
  readonly median: number;
  readonly ninetieth: number;
  readonly long: readonly { readonly path: string; readonly lines: number }[];
};

/** How long the source files are: a report, not a rule. */
export const reportLengths = (files: readonly ProjectFile[]): LengthReport => {
  const lengths = files
    .filter(({ path }) => SOURCE.test(path))
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .sort((one, other) => one.lines - other.lines);
  const at = (share: number): number => lengths[Math.floor((lengths.length - 1) * share)]?.lines ?? 0;
  return {
    files: lengths.length,
    median: at(0.5),
    ninetieth: at(0.9),
    long: lengths.filter(({ lines }) => lines > LONG).reverse(),
  };
};
