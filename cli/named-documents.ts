import { z } from "zod";
import { type Json, json } from "../shared/plan/json.ts";
import { jsonFaults } from "../shared/plan/json-faults.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import { utf8Text } from "../shared/plan/utf8-text.ts";
import { CliError } from "./client/problem.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { textFile } from "./named-files.ts";
import { NotWrittenOut } from "./not-written-out.ts";

/** The largest public documents have some twelve megabytes. */
const MAX_CHARACTERS = 64 * 1_024 * 1_024;
/** More than the largest of them say, aliases or not; some seconds of work where each part is as small as can be. */
const MOST_BY_ALIASES = 16 * 1_024 * 1_024;
/** Levels that are looked at: some ten times what the deepest of them have, and fewer than would take all of the stack. */
const DEEPEST = 1_500;
/** So many faults are told. */
const SHOWN = 20;

/** Whether it is an address, and not the path of a file. */
export const isAddress = (location: string): boolean => /^https?:\/\//i.test(location);

const textAt = async (context: Context, location: string): Promise<string> => {
  if (!isAddress(location)) return textFile(context, location);
  const failed = (why: string, cause?: unknown) =>
    new CliError(`cannot fetch ${location}: ${why}`, EXIT.usage, {
      cause,
      remedy: "save the document to a file and name that",
    });
  try {
    const response = await context.fetch(location, { headers: { accept: "application/json, application/yaml, */*" } });
    if (!response.ok) throw failed(`it answered ${response.status}`);
    const text = utf8Text(new Uint8Array(await response.arrayBuffer()));
    if (text === undefined) throw failed("it is no UTF-8 text");
    return text;
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw failed(cause instanceof Error ? cause.message : String(cause), cause);
  }
};

/** A value that JSON cannot carry here. */
class NotCarried extends Surprise {
  override readonly name = "NotCarried";
}

/** @throws NotCarried with the place of what JSON cannot carry, such as an infinite number of YAML */
const asJson = (value: unknown): Json => {
  const { violations } = jsonFaults(value, DEEPEST);
  if (violations.some(({ rule }) => rule === "too_deep")) throw new RangeError(`more than ${DEEPEST} levels`);
  const none = violations.filter(({ rule }) => NOT_JSON.has(rule));
  const told = none.slice(0, SHOWN).map(({ path, message }) => `${path} ${message}`);
  if (none.length > SHOWN) told.push(`and ${none.length - SHOWN} more`);
  if (told.length > 0) throw new NotCarried(told.join("; "));
  return json.parse(value);
};
const NOT_JSON: ReadonlySet<string> = new Set(["not_json", "reserved_name"]);

/**
 * The value in a document of somebody else, which is a file or has an address: JSON, or YAML, of which JSON is a part.
 *
 * @throws CliError (usage) that names the document, and why it cannot be read
 */
export const documentAt = async (context: Context, location: string): Promise<Json> => {
  const text = await textAt(context, location);
  if (text.length > MAX_CHARACTERS) {
    throw new CliError(`${location} has more than ${MAX_CHARACTERS} characters`, EXIT.usage, {
      remedy: "keep only the paths that you want, and what they refer to",
    });
  }
  try {
    if (text.trimStart().startsWith("{")) return asJson(JSON.parse(text));
    const { valueOfYaml } = await import("./yaml-text.ts");
    return asJson(valueOfYaml(text, MOST_BY_ALIASES));
  } catch (cause) {
    throw notRead(location, cause);
  }
};

const notRead = (location: string, cause: unknown): CliError => {
  const refused = (words: string, remedy?: string) =>
    new CliError(`${location} ${words}`, EXIT.usage, { cause, ...(remedy === undefined ? {} : { remedy }) });
  const why = cause instanceof Error ? cause.message : String(cause);
  // The library for YAML tells of it as of a fault at a place.
  const isTooDeep = cause instanceof RangeError || why.startsWith("Maximum call stack size exceeded");
  if (isTooDeep) return refused("is nested deeper than anything that can be read");
  if (cause instanceof NotCarried) return refused(`holds what JSON cannot carry here: ${cause.message}`);
  if (cause instanceof NotWrittenOut) return refused(cause.message, cause.remedy);
  if (cause instanceof z.ZodError) return refused("is neither JSON nor YAML: it holds what JSON cannot carry");
  return refused(`is neither JSON nor YAML: ${why}`);
};
