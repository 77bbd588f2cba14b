import type { Json, JsonObject } from "./json.ts";

/**
 * The value with the keys of every object in code-unit order, so that `JSON.stringify` writes it canonically: the
 * engine's own writer is several times quicker than one in JavaScript. A value that is in order already, as everything
 * is that was read from canonical text, is handed on as it is.
 *
 * @returns undefined where no order of keys would do: an absent value, a number that JSON cannot carry, and names that
 * JavaScript puts first whenever they came (`"10"`) or does not store (`__proto__`).
 */
export const inCanonicalOrder = (value: Json): Json | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? itemsInOrder(value) : fieldsInOrder(value);
};

const itemsInOrder = (items: Json[]): Json[] | undefined => {
  let copy: Json[] | undefined;
  let place = 0;
  for (const item of items) {
    const ordered = inCanonicalOrder(item);
    if (ordered === undefined) return undefined;
    if (ordered !== item) {
      copy ??= [...items];
      copy[place] = ordered;
    }
    place += 1;
  }
  return copy ?? items;
};

const fieldsInOrder = (object: JsonObject): JsonObject | undefined => {
  const names = Object.keys(object);
  const sorted = isSorted(names);
  if (!sorted) sortNames(names);
  let copy: JsonObject | undefined = sorted ? undefined : {};
  let numbered = false;
  for (const name of names) {
    numbered ||= name.charCodeAt(0) <= NINE;
    const value = object[name];
    const ordered = value === undefined ? undefined : inCanonicalOrder(value);
    if (ordered === undefined || name === "__proto__") return undefined;
    if (ordered !== value) copy ??= { ...object };
    if (copy !== undefined) copy[name] = ordered;
  }
  return sorted || !numbered || (copy !== undefined && isSorted(Object.keys(copy))) ? (copy ?? object) : undefined;
};

/** JavaScript puts names first that are whole numbers: those begin with a digit. */
const NINE = "9".charCodeAt(0);

/** Up to so many names are put in order by hand: to call the engine's sort takes longer than that. */
const FEW = 24;

const sortNames = (names: string[]): void => {
  if (names.length > FEW) {
    names.sort();
    return;
  }
  names.forEach((name, place) => {
    let at = place;
    for (; at > 0; at -= 1) {
      const before = names[at - 1];
      if (before === undefined || before <= name) break;
      names[at] = before;
    }
    names[at] = name;
  });
};

const isSorted = (names: readonly string[]): boolean => {
  let before = "";
  for (const name of names) {
    if (name < before) return false;
    before = name;
  }
  return true;
};
