import type { Command } from "commander";
import { z } from "zod";
import { GOAL_STATUSES, idFor, type Shelf } from "../../shared/contracts/knowledge/entry.ts";
import { isJsonObject, type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { accept, refuse } from "../../shared/plan/result.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { joinedPages } from "../client/all-pages.ts";
import { type App, addCommand, type Flag } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Entry } from "../replies/knowledge.ts";
import { documentOf, putAll } from "../running/put-all.ts";
import type { Put } from "../running/putting.ts";
import { type Session, show } from "../session.ts";
import { noArguments, oneArgument, text } from "./options.ts";

const agentFlag: Flag = { flags: "--agent <agent>", says: "the one agent that may read it; every agent unless told" };
const idFlag: Flag = {
  flags: "--id <id>",
  says: "its id; made of its words unless told: the same words are kept once",
};
const whose = z.object({ agent: text.optional() });

/** Keeps an entry as a file or a line has it; one without an id gets that of its words. */
const keep = async (session: Session, shelf: Shelf, entry: JsonObject): Promise<Put> => {
  const { raw, value, printable: shown } = await session.api.keepEntry(shelf, nameOf(shelf, entry), bodyOf(entry));
  const line = `${shown.entry.id} is kept${value.unchanged ? ", as before" : ""}`;
  return { raw, lines: [line], waits: false };
};

/** Its id stands in the path. */
const bodyOf = ({ id: _id, ...body }: JsonObject): JsonObject => body;

const nameOf = (shelf: Shelf, { id, agent_id, text: note, title }: JsonObject): string => {
  const words = shelf === "memory" ? note : title;
  return typeof id === "string"
    ? id
    : idFor(shelf, typeof agent_id === "string" ? agent_id : null, String(words ?? ""));
};

const keepOne = async (session: Session, shelf: Shelf, entry: JsonObject): Promise<void> => {
  const { raw, lines } = await keep(session, shelf, entry);
  for (const line of session.json ? [safeJson(raw, 2)] : lines) session.context.out(line);
};

const keepFile = async (session: Session, shelf: Shelf, path: string): Promise<ExitCode> => {
  const done = await putAll(session, path, {
    list: shelf,
    nameOf: (item) => (isJsonObject(item) ? accept(nameOf(shelf, item)) : refuse("is no object")),
    // The same words are kept once, and agents may have notes of one id.
    once: false,
    check: async (name, item) => void (await session.api.checkEntry(shelf, name, bodyOf(jsonObject.parse(item)))),
    put: (_name, item) => keep(session, shelf, jsonObject.parse(item)),
  });
  if (session.json) session.context.out(safeJson(documentOf(done), 2));
  return EXIT.ok;
};

const list = async (session: Session, shelf: Shelf, agent: string | undefined): Promise<ExitCode> => {
  const reply = await joinedPages(
    (next) => session.api.entries(shelf, agent, next),
    (pages) => ({ entries: pages.flatMap(({ entries }) => entries) }),
  );
  const nothing = `Nothing is kept for ${agent === undefined ? "every agent" : agent}.`;
  show(session, reply, ({ entries }) => (entries.length === 0 ? [nothing] : entries.map(lineOf)));
  return EXIT.ok;
};

const lineOf = ({ id, text: note, status, title }: Entry): string =>
  [id, ...(note === undefined ? [status, title] : [note])].join("  ");

/** Commands that are the same for both: a file of them, all of them, one less. */
const addShelf = (commands: Command, app: App, shelf: Shelf, one: string): void => {
  addCommand(commands, app, {
    usage: "import <file>",
    summary: `keep the ${one}s of a file`,
    teaches: `<file> holds one ${one}, an array, or {"${shelf}": [...]}, each as the API takes it, with an id where it is to have one. Of
several all are looked at before the first is stored: a fault in one stores none. One that is refused after that, as when there is no room for
more, ends it; the error tells which of the file are stored, and which were not tried.`,
    examples: [`buddy ${shelf} import ${shelf}.json`],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    args: oneArgument,
    options: z.object({}),
    run: (session, [path]) => keepFile(session, shelf, path),
  });
  addCommand(commands, app, {
    usage: "list",
    summary: `the ${one}s that every agent may read, or one agent's own`,
    teaches: "With the ids by which they are changed and removed.",
    examples: [`buddy ${shelf} list`, `buddy ${shelf} list --agent crm_agent`],
    exits: [EXIT.ok],
    flags: [{ flags: "--agent <agent>", says: `this agent's own ${one}s` }],
    args: noArguments,
    options: whose,
    run: (session, _args, { agent }) => list(session, shelf, agent),
  });
  addCommand(commands, app, {
    usage: "remove <id>",
    summary: `remove a ${one}`,
    teaches: "No search finds it from then on. The audit keeps who removed it and when, not its words.",
    examples: [`buddy ${shelf} remove old-1 --agent crm_agent`],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [{ flags: "--agent <agent>", says: `of this agent's own ${one}s` }],
    args: oneArgument,
    options: whose,
    run: async (session, [id], { agent = null }) => {
      show(session, await session.api.removeEntry(shelf, id, agent), ({ removed }) => [`${removed} is removed`]);
      return EXIT.ok;
    },
  });
};

const owned = (agent: string | undefined) => (agent === undefined ? {} : { agent_id: agent });

export const addMemory = (program: Command, app: App): void => {
  const commands = program
    .command("memory")
    .summary("what agents remember")
    .description("Notes that memory_search finds: an agent's own, and those that every agent may read.");
  addCommand(commands, app, {
    usage: "add <text>",
    summary: "keep a note",
    teaches: "In the place of the one of that id. Agents read notes; they never write them.",
    examples: ['buddy memory add "Ann prefers mail to calls" --agent crm_agent --tag ann'],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    flags: [agentFlag, idFlag, { flags: "--tag <tag...>", says: "words by which it is found as well" }],
    args: oneArgument,
    options: whose.extend({ id: text.optional(), tag: z.array(text).default([]) }),
    run: async (session, [note], { agent, id, tag }) => {
      await keepOne(session, "memory", { ...owned(agent), ...(id === undefined ? {} : { id }), text: note, tags: tag });
      return EXIT.ok;
    },
  });
  addShelf(commands, app, "memory", "note");
};

export const addGoals = (program: Command, app: App): void => {
  const commands = program
    .command("goals")
    .summary("what agents work towards")
    .description("Goals that goal_query finds: an agent's own, and those of every agent.");
  addCommand(commands, app, {
    usage: "add <title>",
    summary: "keep a goal",
    teaches: "In the place of the one of that id. Agents read goals; they never write them.",
    examples: ['buddy goals add "Answer every inbound mail" --id inbound --status active'],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    flags: [
      agentFlag,
      idFlag,
      { flags: "--status <status>", says: "how it stands; active unless told", choices: GOAL_STATUSES },
      { flags: "--details <text>", says: "more words" },
    ],
    args: oneArgument,
    options: whose.extend({
      id: text.optional(),
      status: z.enum(GOAL_STATUSES).default("active"),
      details: z.string().default(""),
    }),
    run: async (session, [title], { agent, id, status, details }) => {
      const given = { ...owned(agent), ...(id === undefined ? {} : { id }) };
      await keepOne(session, "goals", { ...given, title, status, details });
      return EXIT.ok;
    },
  });
  addShelf(commands, app, "goals", "goal");
};
