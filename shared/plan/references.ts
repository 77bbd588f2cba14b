import { argumentSizeFault } from "./argument-size.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { isPointer, pointerOf, valueAt } from "./json-pointer.ts";
import { accept, type Result, refuse } from "./result.ts";
import type { ArgumentSource } from "./tool-execution-plan.ts";

/**
 * `{"$from": "s1", "path": "/contact_id"}` takes its value from the output of s1; without `path`, the whole output.
 * `{"$literal": ...}` escapes: what it holds is data, whatever it looks like.
 */
type Reading =
  | { kind: "plain" }
  | { kind: "source"; from: string; path: string }
  | { kind: "literal"; content: Json }
  | { kind: "fault"; message: string };

const ESCAPE_HINT = 'To send such an object as it is, wrap it: {"$literal": ...}';

const readSource = (value: JsonObject): Reading => {
  const { $from: from, path = "", ...others } = value;
  const extra = Object.keys(others);
  if (extra.length > 0)
    return { kind: "fault", message: `$from stands with path only, not with ${extra.join(", ")}. ${ESCAPE_HINT}` };
  if (typeof from !== "string" || from === "")
    return { kind: "fault", message: `$from must be the step_id of another step of this plan. ${ESCAPE_HINT}` };
  if (typeof path !== "string" || !isPointer(path))
    return { kind: "fault", message: 'path must be a JSON Pointer such as "/contact_id", or "" for the whole output' };
  return { kind: "source", from, path };
};

const PLAIN: Reading = { kind: "plain" };

const read = (value: Json): Reading => {
  if (!isJsonObject(value)) return PLAIN;
  if (Object.hasOwn(value, "$literal")) {
    return Object.keys(value).length === 1
      ? { kind: "literal", content: value.$literal ?? null }
      : { kind: "fault", message: "$literal stands alone in its object; move the other keys inside it or out of it" };
  }
  return Object.hasOwn(value, "$from") ? readSource(value) : PLAIN;
};

/** The way to a value: most values hold no reference, so that it is hardly ever written out. */
type Way = (string | number)[];
type Replace = (reading: Reading, at: string, original: Json) => Json;

/**
 * `value` with every `$from` and `$literal` object, and every malformed one, replaced; does not look inside them, nor
 * inside the replacements. A value that holds none is handed on as it is, not copied.
 */
const rebuild = (value: Json, way: Way, replace: Replace): Json => {
  if (typeof value !== "object" || value === null) return value;
  const reading = read(value);
  if (reading.kind !== "plain") return replace(reading, pointerOf(way), value);
  return Array.isArray(value) ? rebuildItems(value, way, replace) : rebuildFields(value, way, replace);
};

const rebuildItems = (items: Json[], way: Way, replace: Replace): Json[] => {
  let copy: Json[] | undefined;
  for (const [index, item] of items.entries()) {
    way.push(index);
    const made = rebuild(item, way, replace);
    way.pop();
    if (made === item) continue;
    copy ??= [...items];
    copy[index] = made;
  }
  return copy ?? items;
};

const rebuildFields = (object: JsonObject, way: Way, replace: Replace): JsonObject => {
  let copy: JsonObject | undefined;
  for (const name in object) {
    const item = object[name];
    if (item === undefined) continue;
    way.push(name);
    const made = rebuild(item, way, replace);
    way.pop();
    if (made === item) continue;
    copy ??= { ...object };
    copy[name] = made;
  }
  return copy ?? object;
};

const asObject = (value: Json): JsonObject => (isJsonObject(value) ? value : {});

/** Of many references the first few show where to look. */
const PLACES_NAMED = 5;

export type References = { sources: ArgumentSource[]; faults: { at: string; message: string }[] };

/** Every `$from` in a step's arguments in the order written, and every malformed `$from` or `$literal`. */
export const referencesIn = (args: JsonObject): References => {
  const found: References = { sources: [], faults: [] };
  rebuild(args, [], (reading, at, original) => {
    if (reading.kind === "source") found.sources.push({ at, from: reading.from, path: reading.path });
    if (reading.kind === "fault") found.faults.push({ at, message: reading.message });
    if (reading.kind === "literal" && at === "" && !isJsonObject(reading.content))
      found.faults.push({ at, message: "$literal around all arguments must hold an object of arguments" });
    return original;
  });
  return found;
};

/** The arguments with the step ids in `$from` changed and everything else as it is, with every `$from` in the order written. */
export const renameSources = (
  args: JsonObject,
  rename: (stepId: string) => string,
): { arguments: JsonObject; sources: ArgumentSource[] } => {
  const sources: ArgumentSource[] = [];
  const renamed = rebuild(args, [], (reading, at, original) => {
    if (reading.kind !== "source") return original;
    const from = rename(reading.from);
    sources.push({ at, from, path: reading.path });
    return { $from: from, path: reading.path };
  });
  return { arguments: asObject(renamed), sources };
};

/** The arguments with `$literal` unwrapped and `$from` kept: what is known before any step has run. */
export const literalView = (args: JsonObject): JsonObject =>
  asObject(rebuild(args, [], (reading, _at, original) => (reading.kind === "literal" ? reading.content : original)));

/** Why a `$from` could not be resolved; `at` is where it stands in the arguments. */
export type Unresolved = ArgumentSource & { message: string };

const lookUp = (
  { at, from, path }: ArgumentSource,
  outputOf: (stepId: string) => Json | undefined,
): Result<Json, Unresolved> => {
  const missing = (message: string) => refuse({ at, from, path, message });
  const output = outputOf(from);
  if (output === undefined) return missing(`step ${from} has no output`);
  const value = valueAt(output, path);
  const none = `there is no value for ${at || "the arguments"}`;
  const place = path === "" ? `the output of step ${from}` : `${path} in the output of step ${from}`;
  if (value === undefined && output === null)
    return missing(`the output of step ${from} is null, as where nobody knows what its call gave, so ${none}`);
  if (value === undefined) return missing(`${place} does not exist, so ${none}`);
  if (value === null) return missing(`${place} is null, so ${none}`);
  if (at === "" && !isJsonObject(value)) return missing(`${place} is not an object, as all arguments together must be`);
  return accept(value);
};

/**
 * The arguments a call is made with: `$from` replaced by values from outputs, `$literal` unwrapped.
 * Values are taken once and are inert: a `$from` inside one is data. `outputOf` is asked by execution-wide step id.
 * Refused, at the first place, where a pointer finds nothing or null: a step must not run on a value that is not there.
 * An empty string is a value; a tool that cannot take one says so in its input schema. Values that references bring in
 * count: arguments that are too large with it are refused, naming the limit. Where a step is among the `open`, null stands
 * for what it will give, and it is not asked.
 */
export const resolveArguments = (
  args: JsonObject,
  outputOf: (stepId: string) => Json | undefined,
  open: readonly string[] = [],
): Result<JsonObject, Unresolved> => {
  let failure: Unresolved | undefined;
  const brought: ArgumentSource[] = [];
  const resolved = rebuild(args, [], (reading, at, original) => {
    if (reading.kind === "literal") return reading.content;
    if (reading.kind !== "source") return original;
    if (open.includes(reading.from)) return null;
    const source = { at, from: reading.from, path: reading.path };
    const found = lookUp(source, outputOf);
    if (found.ok) {
      brought.push(source);
      return found.value;
    }
    failure ??= found.refusal;
    return null;
  });
  if (failure !== undefined) return refuse(failure);
  const [first] = brought;
  const tooLarge = first === undefined ? undefined : argumentSizeFault(asObject(resolved));
  if (first === undefined || tooLarge === undefined) return accept(asObject(resolved));
  const places = brought.map(({ at, from }) => `${at || "all of it"} from ${from}`).slice(0, PLACES_NAMED);
  return refuse({ ...first, message: `with what references bring in (${places.join(", ")}) it ${tooLarge}` });
};
