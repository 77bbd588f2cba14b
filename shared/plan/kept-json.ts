import { parseExactJson } from "./exact-json.ts";
import { type Inexact, inexactPlaces } from "./inexact-places.ts";
import type { Json } from "./json.ts";
import { lostPlaces } from "./lost-places.ts";
import { mendJson } from "./mend-json.ts";

/** `cut`: what of it could not be kept, in words. */
export type KeptJson = { readonly value: Json; readonly cut: string | null } & Inexact;

/**
 * The JSON of a service as it is kept: of at most `most` bytes, with the places that are not as they were.
 * @throws SyntaxError, RangeError for what is none, or nested too deep to be read
 */
export const keptJson = (text: string, most: number): KeptJson => {
  const said = parseExactJson(text);
  const { value, cut } = mendJson(said, most);
  const places = new Set([...inexactPlaces(text), ...(cut === null ? [] : lostPlaces(said, value))]);
  return { value, cut, ...(places.size === 0 ? {} : { inexact: [...places] }) };
};
