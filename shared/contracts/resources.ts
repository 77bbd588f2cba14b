import { canonicalJson } from "../plan/digest.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { isAtOrBelow, pointerOf } from "../plan/json-pointer.ts";
import { literalView } from "../plan/references.ts";
import { quoted } from "../plan/suggestion.ts";
import type { ArgumentSource, PlanStep } from "../plan/tool-execution-plan.ts";
import type { Violation } from "../plan/violation.ts";
import {
  areSingle,
  type Expanding,
  listIn,
  MAX_ELEMENTS,
  rowsOf,
  TooMany,
  valueOfPlace,
  withAllElements,
} from "./resource-rows.ts";
import { escapeValue, type TemplatePart, templateOf } from "./resource-template.ts";
import { EACH } from "./schema/place-in-schema.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/** A resource key as far as it is known: places that wait for a `$from` are `*`, and then `unresolved` is true. */
export type ResourceKey = { key: string; unresolved: boolean };
export type TouchedResource = ResourceKey & { access: "read" | "write" };

/**
 * A scalar fills a place as its text: 5 and "5" are one contact, and a needless wait is cheaper than a missed conflict.
 * Objects fill it as canonical JSON after a `~`, which no scalar begins with.
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
  // All elements of a list at once: which they are is left open.
  if (part.tokens.includes(EACH) || isFed(part.tokens, sources)) return { text: "*", known: false };
  const value = valueOfPlace({ args, input_schema }, part.tokens);
  return value === undefined || value === null ? undefined : { text: filled(value, separators), known: true };
};

/**
 * Resources that the lists of one step may name: a lease is taken of each, one after the other. Lists that one key takes
 * together multiply.
 */
export const MAX_LISTED_RESOURCES = 100;
/**
 * The resources a call touches: the contract's keys with `{argument}` and `{nested.argument}` places filled in, and one
 * key for each element of a list that a place names, `{paths[]}`. Where a value may be one or a list, both forms of a
 * place name the same: `{paths}` each element of a list, `{paths[]}` the one value that stands alone.
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
): TouchedResource[] => touchedBy(contract, args, sources).touched;

/**
 * How many resources a call names; and in words, why they are more than one step may name, and where: undefined where
 * they are not.
 */
export const countResources = (
  contract: Pick<ToolContractInput, "resources" | "input_schema">,
  args: JsonObject,
  sources: readonly ArgumentSource[],
): { readonly count: number; readonly tooMany: Violation | undefined } => {
  const { over, touched } = touchedBy(contract, args, sources);
  const count = touched.length;
  if (over === undefined) return { count, tooMany: undefined };
  const message = `names more than ${MAX_LISTED_RESOURCES} resources, or takes more than ${MAX_ELEMENTS} elements of lists to find them, by the contract's key ${quoted(over.template)}: split the step into several with shorter lists`;
  return { count, tooMany: { path: pointerOf(over.list), rule: "too_many_resources", message } };
};

type Over = { readonly template: string; readonly list: readonly string[] };
type Touched = { readonly touched: TouchedResource[]; readonly over: Over | undefined };

/**
 * Where lists name too many, one key that is not resolved stands for all of theirs, so that no conflict is missed: such
 * a call is refused before it is made, but what is on record of it is still read.
 */
const touchedBy = (
  contract: Pick<ToolContractInput, "resources" | "input_schema">,
  args: JsonObject,
  sources: readonly ArgumentSource[],
): Touched => {
  const touched: TouchedResource[] = [];
  const expanding: Expanding = { input_schema: contract.input_schema, args, sources, elements: 0 };
  let [over, listed]: [Over | undefined, number] = [undefined, 0];
  for (const { key: template, access } of contract.resources) {
    const { parts, separators, perElement } = templateOf(template);
    const add = (row: readonly TemplatePart[], seen?: Set<string>): void => {
      const filled = filledKey(row, contract, args, sources, separators);
      if (filled === undefined || seen?.has(filled.key)) return;
      seen?.add(filled.key);
      touched.push({ key: filled.key, access, unresolved: filled.unresolved });
    };
    if (!perElement && (areSingle(parts, expanding) || listIn(parts, expanding) === undefined)) {
      add(parts);
      continue;
    }
    const before = touched.length;
    try {
      const seen = new Set<string>();
      for (const row of rowsOf(parts, expanding)) {
        add(row, seen);
        if (listed + seen.size > MAX_LISTED_RESOURCES) throw new TooMany(listIn(parts, expanding) ?? []);
      }
      listed += seen.size;
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
      over ??= { template, list: error.list };
      touched.length = before;
      add(withAllElements(parts, expanding));
    }
  }
  return { touched, over };
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

/**
 * The keys that a call writes, by which it holds what it writes. Where a list stands in a place of one value, the key of
 * the whole list is among them: releases that did not take its elements hold by it what an unknown outcome may have
 * written, until a person has decided.
 */
export const writtenKeysOf = (
  contract: Pick<ToolContractInput, "resources" | "input_schema">,
  args: JsonObject,
): string[] => {
  const written = contract.resources.filter(({ access }) => access === "write");
  const touched = resourcesOf({ ...contract, resources: written }, args, []).map(({ key }) => key);
  const whole = written.flatMap(({ key }) => {
    const { parts, separators, perElement } = templateOf(key);
    if (perElement || areSingle(parts, { args })) return [];
    return filledKey(parts, contract, args, [], separators)?.key ?? [];
  });
  return [...new Set([...touched, ...whole])];
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
