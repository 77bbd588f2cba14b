import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { z } from "zod";
import { type Json, type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { jsonFile, parsedAsSent, textFile, whyNot } from "../named-files.ts";
import { callLines } from "../render/call.ts";
import type { CallReply } from "../replies/calls.ts";
import { patiently } from "../running/patiently.ts";
import { type Session, say, show } from "../session.ts";
import { oneArgument, text } from "./options.ts";

/** The longest that a server holds one answer back. */
const LONGEST_WAIT_SECONDS = 25;

/**
 * Reads are answered within that. A longer wait goes by the call's id, so that the request is the same with and without
 * `--wait`: under one key it is one call.
 */
const FIRST_WAIT_SECONDS = 3;

const confidence = z
  .string()
  .regex(/^(0(\.\d+)?|1(\.0+)?)$/u, "must be a number from 0 to 1")
  .transform(Number);

const options = z.object({
  agent: text,
  arguments: text.optional(),
  confidence: confidence.optional(),
  rationale: text.optional(),
  goal: text.optional(),
  config: text.optional(),
  dryRun: z.boolean().default(false),
  wait: z.boolean().default(false),
  key: text.optional(),
});
type Options = z.infer<typeof options>;

const argumentsFrom = async ({ context }: Session, given: string | undefined): Promise<JsonObject> => {
  if (given === undefined) return {};
  const from = given === "-" ? "stdin" : given.startsWith("@") ? given.slice(1) : "--arguments";
  const read =
    from === "stdin" ? await context.readStdin() : from === "--arguments" ? given : await textFile(context, from);
  try {
    return jsonObject.parse(parsedAsSent(read));
  } catch (cause) {
    const remedy = `write one, such as '{"query": "ann"}'`;
    throw new CliError(`${from} holds no JSON object: ${whyNot(cause)}`, EXIT.usage, { cause, remedy });
  }
};

const bodyOf = async (session: Session, tool_name: string, given: Options): Promise<JsonObject> => {
  const stated = given.config === undefined ? {} : jsonObject.parse(await jsonFile(session.context, given.config));
  const config: JsonObject = { ...stated, ...(given.dryRun ? { dry_run_only: true } : {}) };
  const { confidence: sure, rationale, goal } = given;
  const said: Record<string, Json | undefined> = { confidence: sure, rationale, goal };
  const named = Object.entries(said).flatMap(([name, value]): [string, Json][] =>
    value === undefined ? [] : [[name, value]],
  );
  const args = await argumentsFrom(session, given.arguments);
  const request = { agent_id: given.agent, tool_name, arguments: args, ...Object.fromEntries(named), config };
  return { ...request, wait_seconds: FIRST_WAIT_SECONDS };
};

/** The exit code for how a call stands. */
const exitOf = (reply: CallReply): ExitCode => {
  if (reply.outcome === "done") return EXIT.ok;
  if (reply.outcome === "waiting") return reply.for === "unlock" ? EXIT.locked : EXIT.waiting_for_people;
  if (reply.status === "failed") return EXIT.not_succeeded;
  return reply.status === "undone" ? EXIT.rolled_back : EXIT.not_all_done;
};

/** A token that was given may be an agent's, which may read its own call and follows nothing. */
const wayBack = ({ name }: Session, call_id: string): string =>
  name === null ? hint.status(call_id) : hint.follow(call_id);

const callTool = async (session: Session, tool: string, given: Options): Promise<ExitCode> => {
  const { api, context } = session;
  const body = JSON.stringify(await bodyOf(session, tool, given));
  let reply = await api.call(given.agent, body, given.key ?? randomUUID());
  const { call_id } = reply.value;
  const back = wayBack(session, call_id);
  if (given.wait && reply.value.outcome === "waiting") {
    const waiting = patiently(session, call_id, { back, heard: true });
    const interrupted = context.interrupted().then(() => "interrupted" as const);
    while (reply.value.outcome === "waiting") {
      const next = await Promise.race([waiting.api.callOutcome(call_id, LONGEST_WAIT_SECONDS), interrupted]);
      if (next === "interrupted") {
        say(session, `The call goes on without you. Come back: ${back}`);
        return EXIT.interrupted;
      }
      reply = next;
    }
  }
  show(session, reply, (value) => callLines(value, context, session.name === null));
  return exitOf(reply.value);
};

export const addCall = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "call <tool>",
    summary: "make one call of a tool, as an agent does, and wait for what comes of it",
    teaches: `A plan of one step: rehearsed, asked about, made and recorded like any other. Waits three seconds; with --wait until it has
ended. The same call of the same agent again, while it waits, is the same call: people are asked once, and it is made once.`,
    examples: [
      `buddy call memory_search --agent agent_1 --arguments '{"query": "ann"}'`,
      "buddy call ghl_update_contact --agent agent_1 --arguments @update.json --confidence 0.9 --wait",
      "jq .fields form.json | buddy call form_fill --agent agent_1 --arguments - --dry-run --json",
    ],
    exits: [
      EXIT.ok,
      EXIT.not_succeeded,
      EXIT.refused,
      EXIT.not_found,
      EXIT.conflict,
      EXIT.waiting_for_people,
      EXIT.locked,
      EXIT.not_all_done,
      EXIT.rolled_back,
      EXIT.interrupted,
    ],
    flags: [
      { flags: "--agent <name>", says: "the agent that calls (needed)" },
      { flags: "--arguments <json>", says: "the arguments, as a JSON object; @<file> reads a file, - stdin" },
      { flags: "--confidence <number>", says: "how sure the agent is, from 0 to 1" },
      { flags: "--rationale <text>", says: "why; quoted to the approver as untrusted" },
      { flags: "--goal <text>", says: "what the agent is after; quoted to the approver as untrusted" },
      { flags: "--config <file>", says: "configuration of this call, over the safe defaults" },
      { flags: "--dry-run", says: "preview it only" },
      { flags: "--wait", says: "wait until it has ended, however long that takes" },
      { flags: "--key <key>", says: "idempotency key: the same key and call are one, however often sent" },
    ],
    args: oneArgument,
    options,
    run: (session, [tool], given) => callTool(session, tool, given),
  });
