import { truncate, widthOf } from "./width.ts";

export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export type Column = {
  readonly head: string;
  readonly align?: "left" | "right";
  /** Never narrower than this while there is room; columns without it are not cut. */
  readonly shrink_to?: number;
};

const GAP = "  ";

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);
const paintOf = (cell: Cell): ((text: string) => string) => (typeof cell === "string" ? (text) => text : cell.paint);

/** Takes columns from the widest that may shrink, one at a time, until the table fits. */
const fitted = (natural: readonly number[], columns: readonly Column[], width: number): number[] => {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const own = widths[index] ?? 0;
      if (column.shrink_to === undefined || own <= column.shrink_to) continue;
      if (widest < 0 || own > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
};

const padded = (text: string, width: number, align: Column["align"]): string => {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? `${space}${text}` : `${text}${space}`;
};

/**
 * Lines of aligned columns, at most `width` wide (Infinity: nothing is cut) as far as the columns that may shrink allow.
 * Cell texts are printable and carry no colours; `paint` colours them after they were cut.
 */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paintHead = (text) => text }: { width: number; paintHead?: (text: string) => string },
): string[] => {
  const natural = columns.map(({ head }, index) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(textOf(row[index] ?? "")))),
  );
  const widths = Number.isFinite(width) ? fitted(natural, columns, width) : natural;
  const lineOf = (cells: readonly Cell[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const own = widths[index] ?? 0;
        return paintOf(cell)(padded(truncate(textOf(cell), own), own, align));
      })
      .join(GAP)
      .trimEnd();
  return [lineOf(columns.map(({ head }) => ({ text: head, paint: paintHead }))), ...rows.map(lineOf)];
};
