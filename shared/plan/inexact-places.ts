import { isHeldExactly } from "./exact-json.ts";
import { pointerTo } from "./json-pointer.ts";

/** Places of an answer, by pointer, at which it cannot be said again as it was; absent where there are none. */
export type Inexact = { readonly inexact?: readonly string[] };

/** A number of at most 15 digits comes back as it was; a field named `__proto__` is left out. */
const MAY_BE_INEXACT = /[\d.]{16}|[eE][+-]?\d{3}|__proto__|\\u00[567]/;

/**
 * Places, by pointer, at which the JSON of a service cannot be said again from what it is kept as: a number of more
 * digits than are kept, one that is kept as its text, and a field that is left out. The whole, where it is
 * nested too deep to be looked through.
 * @param text what a parser has taken for JSON
 */
export const inexactPlaces = (text: string): string[] => {
  if (!MAY_BE_INEXACT.test(text)) return [];
  const places: string[] = [];
  const walk = (value: unknown, here: string): void => {
    if (value === INEXACT) places.push(here);
    if (typeof value !== "object" || value === null) return;
    for (const [name, field] of Object.entries(value)) {
      if (name === "__proto__") places.push(pointerTo(here, name));
      else walk(field, pointerTo(here, name));
    }
  };
  try {
    walk(JSON.parse(text, marked), "");
    return places;
  } catch (error) {
    if (error instanceof RangeError) return [""];
    throw error;
  }
};

const INEXACT = Symbol("inexact");

const marked = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value !== "number" || isHeldExactly(value, context?.source ?? "") ? value : INEXACT;
