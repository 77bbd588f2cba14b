import stringWidth from "string-width";

/** Columns a text takes on a terminal; colours take none, wide characters two. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The text in at most `width` columns; what is cut off shows as `…`. For text without colours. */
export const truncate = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
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
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) flush();
    line = line === "" ? word : `${line} ${word}`;
    while (widthOf(line) > width) {
      const piece = truncate(line, width + 1).slice(0, -1);
      if (piece === "") break;
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  flush();
  const [first = "", ...more] = lines;
  return indent === "" || widthOf(first) + indent.length > width ? [first, ...more] : [`${indent}${first}`, ...more];
};
