import { pointerTo } from "./json-pointer.ts";
import { losesDigits } from "./kept-number.ts";

export type DuplicateKey = { path: string; key: string; offset: number };
export type JsonScan =
  /** `lost`: the places of integers that no number is exactly, of which parsers silently take another. */
  | { ok: true; duplicates: DuplicateKey[]; lost: string[] }
  /** `offset` is where the text stops being JSON; `expected` is what would have been right there. */
  | { ok: false; offset: number; expected: string };

type Expectation =
  | "a value"
  | "a value or ]"
  | "a key"
  | "a key or }"
  | "a colon"
  | "a comma or }"
  | "a comma or ]"
  | "nothing more";

/** One open object or array. `keys` is undefined for arrays. */
type Frame = { path: string; keys: Set<string> | undefined; key: string; index: number };

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const endOf = (pattern: RegExp, text: string, at: number): number | undefined => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

/** The offset after the string that begins at `at`; or, where it is not a JSON string, the offset of its fault. */
const endOfString = (text: string, at: number): { ok: boolean; offset: number } => {
  let offset = at + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return { ok: true, offset: offset + 1 };
    if (code < 0x20) return { ok: false, offset };
    if (code !== 0x5c) offset += 1;
    else {
      const end = endOf(ESCAPE, text, offset);
      if (end === undefined) return { ok: false, offset };
      offset = end;
    }
  }
  return { ok: false, offset };
};

const pathIn = (frame: Frame): string => pointerTo(frame.path, frame.keys === undefined ? frame.index : frame.key);

/**
 * Reads JSON text without building it: finds the first place that is not JSON, and keys that stand twice in one
 * object, of which parsers silently keep one, and integers that lose digits. Linear, and iterative, so that nesting cannot exhaust the stack.
 */
export const scanJson = (text: string): JsonScan => {
  const frames: Frame[] = [];
  const duplicates: DuplicateKey[] = [];
  const lost: string[] = [];
  let expected: Expectation = "a value";
  let offset = endOf(BLANK, text, 0) ?? 0;
  const afterValue = (): Expectation => {
    const frame = frames.at(-1);
    if (frame === undefined) return "nothing more";
    return frame.keys === undefined ? "a comma or ]" : "a comma or }";
  };
  const fault = (at: number, what: string): JsonScan => ({ ok: false, offset: at, expected: what });

  while (offset < text.length) {
    const sign = text.charAt(offset);
    const frame = frames.at(-1);
    const start = offset;
    if (expected === "a key" || expected === "a key or }") {
      if (sign === '"') {
        const end = endOfString(text, offset);
        if (!end.ok || frame?.keys === undefined) return fault(end.offset, "a closing quote");
        frame.key = String(JSON.parse(text.slice(offset, end.offset)));
        if (frame.keys.has(frame.key)) duplicates.push({ path: pathIn(frame), key: frame.key, offset: start });
        frame.keys.add(frame.key);
        offset = end.offset;
        expected = "a colon";
      } else if (sign === "}" && expected === "a key or }") {
        frames.pop();
        offset += 1;
        expected = afterValue();
      } else return fault(start, expected);
    } else if (expected === "a colon") {
      if (sign !== ":") return fault(start, expected);
      offset += 1;
      expected = "a value";
    } else if (expected === "a comma or }" || expected === "a comma or ]") {
      if (sign === "," && frame !== undefined) {
        frame.index += 1;
        expected = frame.keys === undefined ? "a value" : "a key";
      } else if (sign === expected.at(-1)) {
        frames.pop();
        expected = afterValue();
      } else return fault(start, expected);
      offset += 1;
    } else if (expected === "nothing more") {
      return fault(start, expected);
    } else if (sign === "{" || sign === "[") {
      const path = frame === undefined ? "" : pathIn(frame);
      frames.push({ path, keys: sign === "{" ? new Set() : undefined, key: "", index: 0 });
      offset += 1;
      expected = sign === "{" ? "a key or }" : "a value or ]";
    } else if (sign === "]" && expected === "a value or ]") {
      frames.pop();
      offset += 1;
      expected = afterValue();
    } else if (sign === '"') {
      const end = endOfString(text, offset);
      if (!end.ok) return fault(end.offset, "a closing quote");
      offset = end.offset;
      expected = afterValue();
    } else {
      const end = endOf(SCALAR, text, offset);
      if (end === undefined) return fault(start, expected);
      if (losesDigits(text.slice(start, end))) lost.push(frame === undefined ? "" : pathIn(frame));
      offset = end;
      expected = afterValue();
    }
    offset = endOf(BLANK, text, offset) ?? offset;
  }
  return expected === "nothing more" ? { ok: true, duplicates, lost } : fault(text.length, expected);
};
