import { cutText } from "./cut-text.ts";
import type { Json, JsonObject } from "./json.ts";
import { MAX_DEPTH } from "./json-faults.ts";

export type Mended = {
  readonly value: Json;
  /**
   * Values that were replaced without loss of meaning: broken Unicode, numbers that are none, values of other kinds.
   */
  readonly mended: boolean;
  /** Parts that were left out, in words; null when everything is there. */
  readonly cut: string | null;
};

type Budget = { bytes: number; mended: boolean; readonly cuts: Set<string> };

const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;
const HOLDS_ITSELF = "something that holds itself";
const UNREADABLE = "something that cannot be read";
const BEYOND = "a number beyond 1.8e308";
/** Bytes that stand for no character in the encoding that their text is said to have. */
const NO_TEXT = "bytes that are no text";
/** Put by a reader of bytes in the place of such; whoever keeps the text says so of the whole. */
export const NO_TEXT_MARK = `[cut: ${NO_TEXT}]`;
const RESERVED = "a field named __proto__";
const NAMED_ALIKE = "a field whose name, mended, is another's";

/**
 * Whatever a program handed over, as JSON that can be hashed, stored and shown, of `MAX_DEPTH` levels at most
 * and of `most` bytes as text, the marks not counted: each place that lost something says so itself, as text that holds
 * `[cut: `, and `cut` says it of the whole. Work is bounded by `most`, whatever the value is.
 */
export const mendJson = (value: unknown, most: number): Mended => {
  const budget: Budget = { bytes: most, mended: false, cuts: new Set() };
  const made = mend(value, [], budget) ?? null;
  const cut = budget.cuts.size === 0 ? null : [...budget.cuts].join(", ");
  return { value: made, mended: budget.mended || value === undefined, cut };
};

/** @returns undefined for what JSON leaves out of an object and writes as null in an array */
const mend = (value: unknown, above: readonly object[], budget: Budget): Json | undefined => {
  switch (typeof value) {
    case "string":
      return mendText(value, budget);
    case "boolean":
      return spend(value, 5, budget);
    case "number":
      // JSON knows no -0.
      if (Number.isFinite(value)) return spend(value === 0 ? 0 : value, 24, budget);
      // A parser makes it of digits that no number holds: what it stood for is lost.
      if (!Number.isNaN(value)) return left(BEYOND, budget);
      budget.mended = true;
      return spend(null, 4, budget);
    case "bigint":
      budget.mended = true;
      return mendText(String(value), budget);
    case "object":
      return value === null ? spend(null, 4, budget) : mendObject(value, above, budget);
    default:
      return undefined;
  }
};

const spend = <Scalar extends Json>(value: Scalar, bytes: number, budget: Budget): Scalar => {
  budget.bytes -= bytes;
  return value;
};

const mendText = (text: string, budget: Budget): string => {
  if (!text.isWellFormed()) budget.mended = true;
  if (text.includes(NO_TEXT_MARK)) budget.cuts.add(NO_TEXT);
  let kept = cutText(text, Math.max(MARK_BYTES, budget.bytes));
  // Quotes, line ends and letters beyond ASCII take more bytes than characters.
  for (let bytes = bytesOf(kept); bytes > budget.bytes && kept.length > MARK_BYTES; bytes = bytesOf(kept)) {
    kept = cutText(text, Math.max(MARK_BYTES, Math.floor((kept.length * budget.bytes) / bytes) - 1));
  }
  if (kept.length < text.length) budget.cuts.add(`text of ${text.length} characters`);
  budget.bytes -= bytesOf(kept);
  return kept;
};

/** The bytes that a mark takes; also after the budget is used up, so that every place that was cut can say so. */
const MARK_BYTES = 64;

const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const left = (what: string, budget: Budget): string => {
  budget.cuts.add(what);
  budget.bytes -= MARK_BYTES;
  return `[cut: ${what}]`;
};

const mendObject = (value: object, above: readonly object[], budget: Budget): Json | undefined => {
  if (above.includes(value)) return left(HOLDS_ITSELF, budget);
  if (above.length >= MAX_DEPTH) return left(TOO_DEEP, budget);
  budget.bytes -= 2;
  try {
    if (value instanceof Date) {
      budget.mended = true;
      return mend(value.toJSON(), above, budget);
    }
    const within = [...above, value];
    if (ArrayBuffer.isView(value)) {
      budget.mended = true;
      return mendArray(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), within, budget);
    }
    return Array.isArray(value) ? mendArray(value, within, budget) : mendFields(value, within, budget);
  } catch {
    // A getter or a proxy that throws: whatever it threw, there is nothing to read here.
    return left(UNREADABLE, budget);
  }
};

const mendArray = (items: ArrayLike<unknown>, within: readonly object[], budget: Budget): Json[] => {
  const made: Json[] = [];
  for (let index = 0; index < items.length; index += 1) {
    if (budget.bytes <= 0) {
      made.push(left(itemsFrom(index, items), budget));
      break;
    }
    made.push(mend(items[index], within, budget) ?? spend(null, 4, budget));
    budget.bytes -= 1;
  }
  return made;
};

const ITEMS_LEFT = /^\[cut: (\d+) of (\d+) items\]$/;

/**
 * The items from `index` on, in words. The mark of items that were left out before is none of them: an answer that is
 * cut once where it arrives, and again where it is kept, says the same both times.
 */
const itemsFrom = (index: number, items: ArrayLike<unknown>): string => {
  const last = items[items.length - 1];
  const [, left = "1", all = String(items.length)] = (typeof last === "string" && ITEMS_LEFT.exec(last)) || [];
  return `${items.length - index - 1 + Number(left)} of ${all} items`;
};

const PLAIN: readonly unknown[] = [Object.prototype, null];

const mendFields = (value: object, within: readonly object[], budget: Budget): JsonObject => {
  if (!PLAIN.includes(Object.getPrototypeOf(value))) budget.mended = true;
  const made = new Map<string, Json>();
  const names = Object.keys(value);
  for (const [index, name] of names.entries()) {
    if (budget.bytes <= 0) {
      budget.cuts.add(`${names.length - index} of ${names.length} fields`);
      break;
    }
    if (name === "__proto__") {
      budget.cuts.add(RESERVED);
      continue;
    }
    const field = mend(Reflect.get(value, name), within, budget);
    const kept = field === undefined ? undefined : mendText(name, budget);
    if (kept !== undefined && made.has(kept)) budget.cuts.add(NAMED_ALIKE);
    else if (kept !== undefined && field !== undefined) made.set(kept, field);
    budget.bytes -= 2;
  }
  return Object.fromEntries(made);
};
