import { canonicalJson } from "../plan/digest.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { isAtOrBelow, pointerOf, valueAtTokens } from "../plan/json-pointer.ts";
import { literalView } from "../plan/references.ts";
import type { ArgumentSource, PlanStep } from "../plan/tool-execution-plan.ts";
import { escapeValue, type TemplatePart, templateOf } from "./resource-template.ts";
import { defaultAt } from "./schema/default-at.ts";
import { EACH } from "./schema/place-in-schema.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/** A resource key as far as it is known: places that wait for a `$from` are `*`, and then `unresolved` is true. */
export type ResourceKey = { key: string; unresolved: boolean };
export type TouchedResource = ResourceKey & { access: "read" | "write" };

/**
 * A scalar fills a place as its text: 5 and "5" are one contact, and a needless wait is cheaper than a missed conflict.
 * Objects and arrays fill it as canonical JSON after a `~`, which no scalar begins with.
 */
const filled = (value: Json, separators: ReadonlySet<string>): string =>
  typeof value === "object"
    ? `~${escapeValue(canonicalJson(value), separators)}`
    : escapeValue(String(value), separators);

type Place = { text: string; known: boolean };

/** From above (its parent is a result), from here, or from inside (a structured value with a result in it). */
const isFed = (tokens: readonly string[], sources: readonly ArgumentSource[]): boolean => {
  if (sources.length === 0) return false;
  const pointer = pointerOf(tokens);
  return sources.some(({ at }) => isAtOrBelow(pointer, at) || isAtOrBelow(at, pointer));
};

const fillPlace = (
  part: TemplatePart,
  { input_schema }: Pick<ToolContractInput, "input_schema">,
  args: JsonObject,
  sources: readonly ArgumentSource[],
  separators: ReadonlySet<string>,
): Place | undefined => {
  if (part.kind === "text") return { text: part.text, known: true };
  if (isFed(part.tokens, sources)) return { text: "*", known: false };
  const given = valueAtTokens(args, part.tokens);
  const value = given === undefined ? defaultAt(input_schema, part.tokens) : given;
  return value === undefined || value === null ? undefined : { text: filled(value, separators), known: true };
};

/** The places of one key, with an index instead of each `EACH`: one row of them for each element. */
const rowsOf = (
  parts: readonly TemplatePart[],
  args: JsonObject,
  sources: readonly ArgumentSource[],
): (readonly TemplatePart[])[] => {
  const first = parts.find((part) => part.kind === "place" && part.tokens.includes(EACH));
  if (first === undefined || first.kind === "text") return [parts];
  const list = first.tokens.slice(0, first.tokens.indexOf(EACH));
  const pointer = pointerOf(list);
  // A list that is a result has elements that are not known: one key stands for all of them.
  if (sources.some(({ at }) => isAtOrBelow(pointer, at))) return [parts.map((part) => withIndex(part, list, "0"))];
  const value = valueAtTokens(args, list);
  const indexes = Array.isArray(value) ? value.map((_, index) => String(index)) : [];
  return indexes.flatMap((index) =>
    rowsOf(
      parts.map((part) => withIndex(part, list, index)),
      args,
      sources,
    ),
  );
};

/** Places of one list's elements speak of one element at a time. */
const withIndex = (part: TemplatePart, list: readonly string[], index: string): TemplatePart =>
  part.kind === "place" && part.tokens[list.length] === EACH && list.every((token, at) => part.tokens[at] === token)
    ? { ...part, tokens: part.tokens.with(list.length, index) }
    : part;

/**
 * The resources a call touches: the contract's keys with `{argument}` and `{nested.argument}` places filled in, and one
 * key for each element of a list that a place names, `{paths[]}`.
 * `args` are resolved arguments with no sources, or `literalView(step.arguments)` with `step.argument_sources`.
 * Different text values never give one key: whatever could end a place is escaped.
 * An argument that is not given is what the input schema's `default` says, as where calls are compared. A key with a
 * place for which there is none (or null) is left out: it names nothing. A tool that must not run
 * without it requires the argument in its input schema.
 */
export const resourcesOf = (
  contract: Pick<ToolContractInput, "resources" | "input_schema">,
  args: JsonObject,
  sources: readonly ArgumentSource[],
): TouchedResource[] => {
  const touched: TouchedResource[] = [];
  for (const { key: template, access } of contract.resources) {
    const { parts, separators, perElement } = templateOf(template);
    const rows = perElement ? rowsOf(parts, args, sources) : [parts];
    const seen = perElement ? new Set<string>() : undefined;
    for (const row of rows) {
      const filled = filledKey(row, contract, args, sources, separators);
      if (filled === undefined || seen?.has(filled.key)) continue;
      seen?.add(filled.key);
      touched.push({ key: filled.key, access, unresolved: filled.unresolved });
    }
  }
  return touched;
};

/** The key of one row; undefined where an argument is not there. */
const filledKey = (
  row: readonly TemplatePart[],
  contract: Pick<ToolContractInput, "input_schema">,
  args: JsonObject,
  sources: readonly ArgumentSource[],
  separators: ReadonlySet<string>,
): ResourceKey | undefined => {
  let [key, unresolved] = ["", false];
  for (const part of row) {
    const place = fillPlace(part, contract, args, sources, separators);
    if (place === undefined) return undefined;
    key += place.text;
    unresolved ||= !place.known;
  }
  return { key, unresolved };
};

/** The resources of a step before its `$from` places are resolved. */
export const stepResources = (
  contract: Pick<ToolContractInput, "resources" | "input_schema">,
  step: Pick<PlanStep, "arguments" | "argument_sources">,
): TouchedResource[] => resourcesOf(contract, literalView(step.arguments), step.argument_sources);

/** True when two parts of a key can become equal; `*` stands for any text. */
const segmentsOverlap = (a: string, b: string): boolean => {
  if (!a.includes("*") && !b.includes("*")) return a === b;
  const [headA, headB] = [head(a), head(b)];
  const [tailA, tailB] = [tail(a), tail(b)];
  return (headA.startsWith(headB) || headB.startsWith(headA)) && (tailA.endsWith(tailB) || tailB.endsWith(tailA));
};
const head = (segment: string): string => segment.slice(0, firstStar(segment));
const tail = (segment: string): string => segment.slice(segment.lastIndexOf("*") + 1);
const firstStar = (segment: string): number => (segment.includes("*") ? segment.indexOf("*") : segment.length);

/**
 * True when two keys name, or may come to name, one resource. A key that is not resolved yet overlaps every key of its
 * template. Values never contain a bare `:`, so keys are compared segment by segment.
 */
export const resourceKeysOverlap = (a: ResourceKey, b: ResourceKey): boolean => {
  if (!a.unresolved && !b.unresolved) return a.key === b.key;
  const [segmentsA, segmentsB] = [a.key.split(":"), b.key.split(":")];
  return (
    segmentsA.length === segmentsB.length &&
    segmentsA.every((segment, index) => segmentsOverlap(segment, segmentsB[index] ?? ""))
  );
};
