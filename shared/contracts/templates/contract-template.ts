import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";
import type { ToolContractInput } from "../tool-contract.ts";

/**
 * A standard tool that acts on a real service, as far as it can be written down without knowing whose: `<name>` stands
 * in its texts for what a team says of itself. As it is it would be refused, so nobody can register it by mistake.
 */
export type ContractTemplate = {
  readonly tool_name: string;
  /** Fields that are otherwise than in the tool of the sandbox. */
  readonly changes: Partial<{ readonly [field in keyof ToolContractInput]: Json }>;
  /** Values to fill in, in words, by the name that stands in the texts. */
  readonly fill_in: { readonly [name: string]: string };
  /** Secrets to keep first, as `buddy secrets set` takes them. */
  readonly secrets: readonly string[];
  /** Hosts to let the server reach, where they are known. */
  readonly hosts: readonly string[];
  /** Facts that a team has to know before it uses the tool. */
  readonly notes: readonly string[];
};

/** The places of a template that nobody has filled in yet, by their names, in the order they are asked for. */
export const leftOpen = (contract: JsonObject, { fill_in }: Pick<ContractTemplate, "fill_in">): string[] => {
  const text = JSON.stringify(contract);
  return Object.keys(fill_in).filter((name) => text.includes(`<${name}>`));
};

/** The contract with what is known filled in; refused, in words, where a name is none of the template's. */
export const filledTemplate = (
  standard: JsonObject,
  { changes, fill_in }: ContractTemplate,
  given: { readonly [name: string]: string },
): Result<JsonObject, string> => {
  const names = Object.keys(fill_in);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const known = names.length === 0 ? "nothing is left to fill in" : `there is ${names.join(", ")}`;
    return refuse(`${quoted(unknown)} is nothing to fill in${didYouMean(unknown, names) || ":"} ${known}`);
  }
  const filled = (value: Json): Json => {
    if (typeof value === "string") return filledText(value, given);
    if (Array.isArray(value)) return value.map(filled);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, filled(field)]));
  };
  const whole: JsonObject = { ...standard, ...changes };
  return accept(Object.fromEntries(Object.entries(whole).map(([name, field]) => [name, filled(field)])));
};

const filledText = (text: string, given: { readonly [name: string]: string }): string =>
  text.replaceAll(/<([a-z_]+)>/g, (whole, name: string) =>
    Object.hasOwn(given, name) ? (given[name] ?? whole) : whole,
  );
