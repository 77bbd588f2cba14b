import { cutText } from "../../plan/cut-text.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { pointerTo } from "../../plan/json-pointer.ts";
import { type ArgumentChange, MOST_ARGUMENT_CHANGES } from "./approval.ts";

/** A value is told whole up to this many characters of JSON: a request repeats it, and has a size to keep to. */
const MOST_CHARACTERS = 200;

const told = (value: Json): Json => {
  const text = JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? value : cutText(text, MOST_CHARACTERS);
};

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : canonicalJson(one) === canonicalJson(other);

type Place = { readonly at: string; readonly before: Json | undefined; readonly after: Json | undefined };

/** Objects are compared field by field, lists as a whole. */
const placesIn = (before: JsonObject, after: JsonObject, at: string): Place[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    at: pointerTo(at, name),
    before: Object.hasOwn(before, name) ? before[name] : undefined,
    after: Object.hasOwn(after, name) ? after[name] : undefined,
  }));

/**
 * Where two calls of one tool differ, place by place: the first MOST_ARGUMENT_CHANGES, long values cut, and how many
 * more there are.
 */
export const argumentChanges = (before: JsonObject, after: JsonObject): { changes: ArgumentChange[]; more: number } => {
  const changes: ArgumentChange[] = [];
  let more = 0;
  const open = placesIn(before, after, "");
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    if (isSame(place.before, place.after)) continue;
    if (isJsonObject(place.before) && isJsonObject(place.after)) {
      open.unshift(...placesIn(place.before, place.after, place.at));
    } else if (changes.length === MOST_ARGUMENT_CHANGES) more += 1;
    else {
      const old = place.before === undefined ? {} : { old: told(place.before) };
      changes.push({ at: place.at, ...old, ...(place.after === undefined ? {} : { new: told(place.after) }) });
    }
  }
  return { changes, more };
};
