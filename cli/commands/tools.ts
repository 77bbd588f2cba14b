import type { Command } from "commander";
import { z } from "zod";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { parsedAsSent, whyNot } from "../named-files.ts";
import { triedLines } from "../render/tried.ts";
import { show } from "../session.ts";
import { oneArgument, text } from "./options.ts";

const argumentsIn = (given: string): JsonObject => {
  try {
    return jsonObject.parse(parsedAsSent(given));
  } catch (cause) {
    const remedy = `write one, such as '{"contact_id": "c1"}'`;
    throw new CliError(`--arguments is no JSON object: ${whyNot(cause)}`, EXIT.usage, { cause, remedy });
  }
};

export const addTools = (program: Command, app: App): void => {
  const tools = program.command("tools").summary("tools as they would act").description("What a tool would do.");
  addCommand(tools, app, {
    usage: "try <tool>",
    summary: "MOCK and DRY_RUN of one call, and nothing else",
    teaches: `Shows what an approver of the call would see: the output that MOCK makes up, the literal call, and old and new values
as far as its contract says how to read them. Reads with the secrets for reading, and writes nothing anywhere; the
audit says who asked. A lock on the tool, or on everything, holds DRY_RUN.`,
    examples: [`buddy tools try crm_set_stage --arguments '{"contact_id": "c1", "stage": "customer"}'`],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found],
    flags: [{ flags: "--arguments <json>", says: "the call's arguments, as a JSON object (needed)" }],
    args: oneArgument,
    options: z.object({ arguments: text }),
    run: async (session, [tool], options) => {
      const tried = await session.api.tryTool(tool, argumentsIn(options.arguments));
      show(session, tried, (value) => triedLines(value, session.context));
      return tried.value.preview.made ? EXIT.ok : EXIT.refused;
    },
  });
};
