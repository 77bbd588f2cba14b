import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import {
  isAtOrBelow,
  pointerOf,
  pointerTo,
  tokensOf,
  valueAt,
  valueAtTokens,
} from "../../../shared/plan/json-pointer.ts";

/** Names of fields beside a changed one that are kept: one that is shown again is enough. */
const BESIDE_KEPT = 16;

/**
 * Whether an answer says what stands at a place: something does, or its way there ends in a list that is shorter or at a
 * null. A page about maintenance, or an answer of another shape, says nothing of it.
 */
export const shows = (answer: Json, pointer: string): boolean => {
  const tokens = tokensOf(pointer);
  const reached = tokens.findIndex((_, index) => valueAtTokens(answer, tokens.slice(0, index + 1)) === undefined);
  if (reached === -1) return true;
  const last = valueAtTokens(answer, tokens.slice(0, reached));
  return Array.isArray(last) ? /^\d+$/.test(tokens[reached] ?? "") : last === null && reached > 0;
};

/**
 * Fields that an answer shows beside the given ones, by pointer: those of the records that these are in, not of an
 * envelope around them, which an answer about something else has as well.
 */
export const shownBeside = (answer: Json, pointers: readonly string[]): string[] => {
  const places = new Set(pointers.flatMap(recordsAround));
  const beside = [...places].flatMap((place) => {
    const record = valueAt(answer, place);
    if (record === undefined || !isJsonObject(record)) return [];
    return Object.entries(record).flatMap(([name, value]) => (value === null ? [] : [pointerTo(place, name)]));
  });
  return beside.filter((place) => !pointers.some((pointer) => isAtOrBelow(pointer, place))).slice(0, BESIDE_KEPT);
};

/** `/contact` and `/contact/address` of `/contact/address/city`; the whole answer of a field that is in nothing else. */
const recordsAround = (pointer: string): string[] => {
  const tokens = tokensOf(pointer);
  if (tokens.length <= 1) return [""];
  return tokens.slice(1).map((_, index) => pointerOf(tokens.slice(0, index + 1)));
};
