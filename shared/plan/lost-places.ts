import type { Json } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";

/**
 * Places, by pointer, at which a value that came from elsewhere is not kept as it was: a field that is left out, and one of
 * which the mark of what was cut, or another number, is kept.
 * @param said as a parser of JSON made it
 * @param kept what was made of it
 */
export const lostPlaces = (said: unknown, kept: Json): string[] => {
  const places: string[] = [];
  const walk = (was: unknown, is: Json, here: string): void => {
    if (!isObject(was) || !isObject(is)) {
      if (!isSame(was, is)) places.push(here);
    } else if (Array.isArray(is)) {
      if (Object.keys(was).length !== is.length) places.push(here);
      for (const [index, item] of is.entries()) walk(Reflect.get(was, index), item, pointerTo(here, index));
    } else {
      const left = new Map(Object.entries(is));
      for (const [name, field] of Object.entries(was)) {
        const kept_as = name.toWellFormed();
        const there = left.get(kept_as);
        if (there === undefined) places.push(pointerTo(here, name));
        else walk(field, there, pointerTo(here, kept_as));
        left.delete(kept_as);
      }
    }
  };
  walk(said, kept, "");
  return places;
};

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A text with half a character in it cannot be said at all: what is kept of it is as it was. */
const isSame = (was: unknown, is: Json): boolean => (typeof was === "string" ? was.toWellFormed() === is : was === is);
