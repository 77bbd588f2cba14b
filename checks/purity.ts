import type { ProjectFile } from "./project-files.ts";

/** The things that a pure function cannot have, each with what to do instead. */
const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(/, "reads a clock: take the time as an argument"],
  [/\bMath\.random\(|\brandom(?:UUID|Bytes|Int)\(/, "is random: take ids and seeds as arguments"],
  [/\bprocess\.|\bconsole\.|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\(/, "reaches outside: use a port"],
];

const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*)/;

/** Lines of `shared/` that read a clock, are random or reach outside, as `path:line: what is wrong`. */
export const checkPurity = (files: readonly ProjectFile[]): string[] =>
  files
    .filter(({ path }) => path.startsWith("shared/") && path.endsWith(".ts"))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, place) => {
        if (COMMENT_LINE.test(line)) return [];
        return IMPURE.flatMap(([pattern, why]) => (pattern.test(line) ? [`${path}:${place + 1}: ${why}`] : []));
      }),
    );
