import stringWidth from "string-width";

/** Columns a text takes on a terminal; colours take none, wide characters two. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A text with more letters than this in a column is cut without being measured whole. */
const MEASURED_PER_COLUMN = 64;

/** The text in at most `width` columns; what is cut off shows as `…`. For text without colours. */
export const truncate = (text: string, width: number): string => {
  if (text.length <= MEASURED_PER_COLUMN * width && widthOf(text) <= width) return text;
  if (width < 1) return "";
  let taken = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    taken += segment;
    used += next;
  }
  return `${taken}…`;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one.
const COLOUR = /(\u001b\[\d+m)/u;

/** Letters, and colours whole: one that is cut in two would be read as text. */
const units = (text: string): string[] =>
  text
    .split(COLOUR)
    .flatMap((part) => (COLOUR.test(part) ? [part] : Array.from(graphemes.segment(part), ({ segment }) => segment)));

/** A word in pieces of at most `width` columns; one letter that is wider stands alone. Each letter is looked at once. */
const pieces = (word: string, width: number): string[] => {
  // No letter takes more columns than this many, so that most words need no second look.
  if (word.length * 2 <= width || (word.length <= 4 * width && widthOf(word) <= width)) return [word];
  const made: string[] = [];
  let piece = "";
  let used = 0;
  for (const segment of units(word)) {
    const next = widthOf(segment);
    if (piece !== "" && used + next > width) {
      made.push(piece);
      piece = "";
      used = 0;
    }
    piece += segment;
    used += next;
  }
  return [...made, piece];
};

/** Parts beside each other, two blanks between them, and on a new line where one does not fit: none is torn that fits a line. */
export const flow = (parts: readonly string[], width: number): string[] => {
  const lines: string[] = [];
  let used = 0;
  for (const part of parts) {
    const last = lines.length - 1;
    const own = widthOf(part);
    if (last >= 0 && used + 2 + own <= width) {
      lines[last] = `${lines[last]}  ${part}`;
      used += 2 + own;
    } else {
      lines.push(part);
      used = own;
    }
  }
  return lines.flatMap((line) => wrap(line, width));
};

/** Words broken into lines of at most `width` columns; a word that is longer is cut into pieces. The first line's indent stays. */
export const wrap = (text: string, width: number): string[] => {
  if (!Number.isFinite(width)) return [text];
  const lines: string[] = [];
  const indent = /^ */u.exec(text)?.[0] ?? "";
  let line = "";
  const flush = (): void => {
    if (line !== "") lines.push(line);
    line = "";
  };
  for (const word of text.split(" ")) {
    const [beginning = "", ...more] = pieces(word, width);
    if (line !== "" && (more.length > 0 || widthOf(line) + 1 + widthOf(beginning) > width)) flush();
    line = line === "" ? beginning : `${line} ${beginning}`;
    for (const piece of more) {
      flush();
      line = piece;
    }
  }
  flush();
  const [first = "", ...more] = lines;
  return indent === "" || widthOf(first) + indent.length > width ? [first, ...more] : [`${indent}${first}`, ...more];
};
