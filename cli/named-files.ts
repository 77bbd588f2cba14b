import { z } from "zod";
import { type Json, json } from "../shared/plan/json.ts";
import { jsonFaults } from "../shared/plan/json-faults.ts";
import { parseJsonBody } from "../shared/plan/parse-json-body.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import { MAX_VIOLATIONS_LISTED, type Violation } from "../shared/plan/violation.ts";
import { whyNotRead } from "../shared/shown/file-refusals.ts";
import { CliError } from "./client/problem.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";

/** Some programs begin a text with it, and no parser takes it for a part of the text. */
const BYTE_ORDER_MARK = /^\ufeff/;

/** The text of a file. @throws CliError (usage) that names the file */
export const textFile = async (context: Context, path: string): Promise<string> => {
  try {
    return (await context.readFile(path)).replace(BYTE_ORDER_MARK, "");
  } catch (cause) {
    const why = whyNotRead(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new CliError(`cannot read ${path}: ${why}`, EXIT.usage, { cause });
  }
};

/** It is JSON, and says what no request can. */
class NotSendable extends Surprise {
  override readonly name = "NotSendable";
}

/** As the API reads it: what it refuses in a body is not made another text of here. @throws Error that says what is wrong */
export const parsedAsSent = (text: string): Json => {
  const parsed = parseJsonBody(text);
  if (!parsed.ok) throw new Error(inWords(parsed.refusal.violations));
  // This program could not hand these on as they stand; of all else the server says what is wrong.
  const lost = jsonFaults(parsed.value, DEEPEST).violations.filter(({ rule }) => LOST.has(rule));
  if (lost.length > 0) throw new NotSendable(inWords(lost.slice(0, MAX_VIOLATIONS_LISTED)));
  return json.parse(parsed.value);
};

/** Levels of a document that are still read: far more than any has. */
const DEEPEST = 1_000;
const LOST: ReadonlySet<string> = new Set(["not_json", "reserved_name", "too_deep"]);

const inWords = (violations: readonly Violation[]): string =>
  violations.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");

/** In words why a text was not what it was to be: a text that is JSON of another kind has no words of its own. */
export const whyNot = (cause: unknown): string =>
  cause instanceof Error && !(cause instanceof z.ZodError) ? cause.message : "it is JSON of another kind";

/** The JSON in a file. @throws CliError (usage) that names the file */
export const jsonFile = async (context: Context, path: string): Promise<Json> => {
  const text = await textFile(context, path);
  try {
    return parsedAsSent(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = cause instanceof NotSendable ? "cannot be sent" : "is not JSON";
    throw new CliError(`${path} ${what}: ${why}`, EXIT.usage, { cause });
  }
};

/** The items of a file that holds one, an array, or an object with an array under `name`. */
export const itemsIn = (value: Json, name: string): Json[] => {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null) {
    const listed = value[name];
    if (Array.isArray(listed)) return listed;
  }
  return [value];
};
