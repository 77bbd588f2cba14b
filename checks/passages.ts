import { parseSync } from "oxc-parser";
import type { ProjectFile } from "./project-files.ts";

/** The texts that people read: a line of a document, or a comment as one line; and where it stands. */
export type Passage = { readonly path: string; readonly line: number; readonly text: string };

/** Every passage of a Markdown document, and every comment of a TypeScript or JavaScript file; of other files none. */
export const passagesOf = (file: ProjectFile): Passage[] =>
  file.path.endsWith(".md") ? paragraphs(file) : comments(file);

/** A line each, but for blocks of code: those are transcripts and examples. */
const paragraphs = ({ path, text }: ProjectFile): Passage[] => {
  let fenced = false;
  return text.split("\n").flatMap((line, place) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    return fenced ? [] : [{ path, line: place + 1, text: line }];
  });
};

const SCRIPT = /\.(?:tsx?|js|mjs)$/;

/** The text of a file without its comments; a document has no code. */
export const codeOf = ({ path, text }: ProjectFile): string => {
  if (path.endsWith(".md")) return "";
  if (!SCRIPT.test(path)) return text;
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of parseSync(path, text).comments) {
    parts.push(text.slice(from, start));
    from = end;
  }
  return [...parts, text.slice(from)].join(" ");
};

const comments = ({ path, text }: ProjectFile): Passage[] => {
  if (!SCRIPT.test(path)) return [];
  return parseSync(path, text).comments.map(({ value, start }) => ({
    path,
    line: text.slice(0, start).split("\n").length,
    text: value.replaceAll(/\s*\n\s*\*?\s*/g, " "),
  }));
};
