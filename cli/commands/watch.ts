import type { Command } from "commander";
import type { Json } from "../../shared/plan/json.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { LAST, namedExecution } from "../client/named-execution.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { eventLines } from "../render/event.ts";
import { exitCodeOf } from "../running/outcome.ts";
import { patiently } from "../running/patiently.ts";
import { type Session, say } from "../session.ts";
import { noOptions, oneArgument } from "./options.ts";

/** The longest that a server waits for one answer. */
const WAIT_SECONDS = 25;

export const addWatch = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "watch <execution>",
    summary: "what happens in an execution, as it happens",
    teaches: `Prints every event of the audit once, those that are there first, then each as it comes, until the execution has ended;
decides nothing. With --json: an event a line, as it is hashed. \`buddy follow\` shows steps instead, and asks you what waits.`,
    examples: ["buddy watch last", "buddy watch 01JABC... --json | jq -r .type"],
    exits: [
      EXIT.ok,
      EXIT.not_all_done,
      EXIT.rolled_back,
      EXIT.not_succeeded,
      EXIT.locked,
      EXIT.interrupted,
      EXIT.not_found,
    ],
    args: oneArgument,
    options: noOptions,
    run: async (session, [named]) => {
      const id = await namedExecution(session.api, named);
      return watch(patiently(session, id, { heard: named === LAST }), id);
    },
  });

const watch = async (session: Session, id: string): Promise<ExitCode> => {
  const { api, context } = session;
  const interrupted = Promise.race([context.interrupted(), context.unread]).then(() => "interrupted" as const);
  let mark = "";
  let wait = 0;
  for (;;) {
    const answer = await Promise.race([api.eventsAfter(id, mark, wait), interrupted]);
    if (answer === "interrupted") {
      say(session, `It goes on without you. Come back: ${hint.follow(id)}`);
      return EXIT.interrupted;
    }
    const { items, after, status } = answer.value;
    if (session.json) for (const event of rawItems(answer.raw)) context.out(safeJson(event));
    else for (const line of answer.printable.items.flatMap((event) => eventLines(event, context))) context.out(line);
    const over = status !== "RUNNING";
    if (over && items.length === 0) return exitCodeOf(status ?? "");
    mark = after;
    wait = over || items.length > 0 ? 0 : WAIT_SECONDS;
  }
};

const rawItems = (raw: Json): readonly Json[] =>
  raw !== null && typeof raw === "object" && !Array.isArray(raw) && Array.isArray(raw.items) ? raw.items : [];
