import { readerOf } from "../../shared/contracts/schema/alternatives.ts";
import { CheckCutOff, fillBudgets } from "../../shared/contracts/schema/check-budget.ts";
import { TooManyFaults } from "../../shared/contracts/schema/fault-limit.ts";
import { plainSchema } from "../../shared/contracts/schema/plain-schema.ts";
import { compileSchema } from "../../shared/contracts/schema/validator.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { tokensOf } from "../../shared/plan/json-pointer.ts";
import { madeUpUnder, madeUpValue, roomForOne } from "./made-up/made-up-value.ts";
import type { MockSeed } from "./mock-seed.ts";

/**
 * A value that a call might return, in the shape of the contract's output schema where it has one, else of its input
 * schema: always alike for the same call, and as the schema says. Arguments come back where they fit under their name.
 */
export const madeUpOutput = (
  { input_schema, output_schema }: Pick<ToolContract, "input_schema" | "output_schema">,
  args: JsonObject,
  seed: MockSeed,
): Json => {
  if (output_schema !== undefined) return shaped(output_schema, namedIn(output_schema, args), seed);
  const made = shaped(input_schema, args, seed);
  return isJsonObject(made) ? { ...made, ...args } : args;
};

const namedIn = ({ properties }: JsonObject, args: JsonObject): JsonObject =>
  isJsonObject(properties)
    ? Object.fromEntries(Object.entries(args).filter(([name]) => Object.hasOwn(properties, name)))
    : {};

/** Ways to try: with all that may be there, first read as it comes; then with what must be there. */
const TRIES = [true, false].flatMap((generous) => [0, 1, 2, 3, 4].map((turn) => ({ generous, turn })));

const shaped = (schema: JsonObject, given: JsonObject, seed: MockSeed): Json => {
  const plain = plainSchema(schema);
  const root = plain.ok ? plain.value.schema : schema;
  const read = readerOf(root);
  let first: Json | undefined;
  for (const way of TRIES) {
    const making = { ...way, read, seed, room: roomForOne() };
    const made = madeUpValue(making, "value", root);
    if (made === undefined) continue;
    const underName = (name: string) => madeUpUnder(making, root, name);
    const mended = mend(schema, isJsonObject(made) ? { ...made, ...given } : made, made, underName);
    if (mended.fits) return mended.value;
    first ??= mended.value;
  }
  // A schema that nothing was found for: what comes nearest, with all that must be there, in its place.
  const roughly = { generous: false, turn: 0, roughly: true, read, seed, room: roomForOne() };
  const nearest = madeUpValue(roughly, "value", root);
  const kept = first ?? given;
  if (!isJsonObject(nearest)) return first ?? nearest ?? given;
  return isJsonObject(kept) ? { ...nearest, ...kept } : kept;
};

type Mended = { readonly value: Json; readonly fits: boolean };

/** As often as a part is left out, another may come to light. */
const MENDINGS = 8;

/**
 * Adds what the object lacks beside what it has, as where one name asks for another, and leaves out, or makes anew, what
 * does not fit under its name at the top, until all the rest does.
 */
const mend = (schema: JsonObject, value: Json, made: Json, underName: (name: string) => Json | undefined): Mended => {
  let current = value;
  const added = new Set<string>();
  for (let turn = 0; turn < MENDINGS; turn += 1) {
    const wrong = misfits(schema, current);
    if (wrong.length === 0) return { value: current, fits: true };
    if (!isJsonObject(current)) break;
    const lacking = wrong.flatMap(({ at, lacks }) =>
      at === "" && lacks !== undefined && !added.has(lacks) ? lacks : [],
    );
    const more = lacking.flatMap((name): [string, Json][] => {
      added.add(name);
      const one = underName(name);
      return one === undefined ? [] : [[name, one]];
    });
    if (more.length > 0) {
      current = { ...current, ...Object.fromEntries(more) };
      continue;
    }
    const names = new Set(wrong.flatMap(({ at }) => tokensOf(at)[0] ?? []));
    if (names.size === 0) break;
    current = Object.fromEntries(
      Object.entries(current).flatMap(([name, each]): [string, Json][] => {
        if (!names.has(name)) return [[name, each]];
        const own = isJsonObject(made) && Object.hasOwn(made, name) ? made[name] : undefined;
        return own === undefined || own === each ? [] : [[name, own]];
      }),
    );
  }
  return { value: current, fits: false };
};

/** `at` is a JSON Pointer; `lacks` the name that is missing there, if one is. */
type Misfit = { readonly at: string; readonly lacks?: string };

/** Where a value does not fit; nothing where it does. */
const misfits = (schema: JsonObject, value: Json): Misfit[] => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) return [{ at: "" }];
  try {
    fillBudgets();
    if (compiled.value(value)) return [];
  } catch (cause) {
    if (cause instanceof CheckCutOff || cause instanceof TooManyFaults || cause instanceof RangeError)
      return [{ at: "" }];
    throw cause;
  }
  return (compiled.value.errors ?? []).map(({ instancePath, keyword, params }): Misfit => {
    if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
      return { at: `${instancePath}/${String(params.additionalProperty ?? params.unevaluatedProperty)}` };
    }
    return typeof params.missingProperty === "string"
      ? { at: instancePath, lacks: params.missingProperty }
      : { at: instancePath };
  });
};
