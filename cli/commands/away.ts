import type { Command } from "commander";
import { z } from "zod";
import { moment } from "../../shared/shown/words.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand, type Flag } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Absence } from "../replies/away.ts";
import { type Session, show } from "../session.ts";
import { date, noArguments, text } from "./options.ts";

const ABOUT =
  "Requests of a tool that names whom to ask, one after the other, pass over who is away: they go to who stands in, or " +
  "to the next. It changes who is told, never who may decide.";

const personFlag: Flag = { flags: "--person <name>", says: "somebody else; for who may write contracts" };

const lineOf = ({ person, from, until, instead, by }: Absence): string =>
  `${person}  from ${moment(from)} until ${moment(until)}  ${instead === null ? "the next of each list" : instead} is told  (said by ${by})`;

/** The person that it is about, and what the act needs: everybody may say so for themselves. */
const subject = ({ name }: Session, person: string | undefined) => {
  if (person !== undefined) return { person, scope: "contracts:write" } as const;
  if (name !== null) return { person: name, scope: "approvals:decide" } as const;
  throw new CliError("with $BUDDY_TOKEN, say who is meant: --person <name>", EXIT.usage);
};

export const addAway = (program: Command, app: App): void => {
  const away = program.command("away").summary("who is away, and who is told instead").description(ABOUT);
  addCommand(away, app, {
    usage: "set",
    summary: "say that you are away",
    teaches: `In place of what was said before. A date alone means its midnight where this terminal is. What waits for you and nobody has opened
goes on within a minute of the moment.`,
    examples: ["buddy away set --until 2026-12-24 --instead carol", "buddy away set --until 2026-12-24 --person bob"],
    exits: [EXIT.ok, EXIT.refused],
    flags: [
      { flags: "--until <date>", says: "when you are here again (needed)" },
      { flags: "--from <date>", says: "when it begins (default: now)" },
      { flags: "--instead <name>", says: "who is told (default: the next of each tool's list)" },
      personFlag,
    ],
    args: noArguments,
    options: z.object({
      until: date,
      from: date.optional(),
      instead: text.optional(),
      person: text.optional(),
    }),
    run: async (session, _args, { until, from, instead, person: named }) => {
      const { person, scope } = subject(session, named);
      const body = { until, instead: instead ?? null, ...(from === undefined ? {} : { from }) };
      show(session, await session.api.sayAway(person, scope, body), ({ away: said, nobody_left }) => [
        lineOf(said),
        ...nobody_left.map((tool) => `Nobody on the list of ${tool} is here then: its requests go to everybody.`),
      ]);
      return EXIT.ok;
    },
  });
  addCommand(away, app, {
    usage: "list",
    summary: "who is away, or will be",
    teaches: "With who is told instead.",
    examples: ["buddy away list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: z.object({}),
    run: async (session) => {
      show(session, await session.api.away(), (list) =>
        list.away.length === 0 ? ["Nobody is away."] : list.away.map(lineOf),
      );
      return EXIT.ok;
    },
  });
  addCommand(away, app, {
    usage: "back",
    summary: "say that you are here again",
    teaches: "Or will not go.",
    examples: ["buddy away back"],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [personFlag],
    args: noArguments,
    options: z.object({ person: text.optional() }),
    run: async (session, _args, { person: named }) => {
      const { person, scope } = subject(session, named);
      show(session, await session.api.sayBack(person, scope), ({ back }) => [`${back} is here.`]);
      return EXIT.ok;
    },
  });
};
