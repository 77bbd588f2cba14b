import { isJsonObject, type JsonObject } from "../../shared/plan/json.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import type { Prompts } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { parsedAsSent } from "../named-files.ts";

/** Arguments written as JSON. @throws CliError that says what is wrong with them */
export const parseArguments = (text: string, where: string): JsonObject => {
  try {
    const value = parsedAsSent(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${where} is not JSON: ${why}`, EXIT.usage, { cause });
  }
  throw new CliError(`${where} must be a JSON object of arguments by name`, EXIT.usage);
};

/** Opens the arguments in the person's editor until what is saved is a JSON object. */
export const editArguments = async (prompts: Prompts, current: JsonObject): Promise<JsonObject> => {
  let text = `${safeJson(current, 2)}\n`;
  let message = "Edit the arguments (JSON)";
  for (;;) {
    text = await prompts.editor(message, text);
    try {
      return parseArguments(text, "what you saved");
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      message = `${error.message}. Edit again`;
    }
  }
};
