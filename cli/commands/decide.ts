import type { Command } from "commander";
import { z } from "zod";
import { CliError } from "../client/problem.ts";
import type { Decision } from "../client/routes/approvals.ts";
import { type App, addCommand } from "../command.ts";
import { editArguments, parseArguments } from "../deciding/edit-arguments.ts";
import { isToldStill } from "../deciding/told-still.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { lookOf } from "../look.ts";
import { textFile } from "../named-files.ts";
import { approvalCard } from "../render/approval.ts";
import { painted } from "../render/labels.ts";
import { type Session, say, show } from "../session.ts";
import { oneArgument, seconds, text } from "./options.ts";

/**
 * Opens the request in the person's name, shows it, and decides on exactly what was shown. `question` is asked in
 * between, where there is a terminal and the person may decide so: who is refused hears why from the server.
 */
export const decideOn = async (
  session: Session,
  id: string,
  decision: Omit<Decision, "digest">,
  question?: string,
): Promise<ExitCode> => {
  const { api, context } = session;
  const opened = await api.approval(id);
  const asks = question !== undefined && context.interactive && opened.value.you_may.includes(decision.decision);
  if (!session.json || asks) {
    const look = await lookOf({ ...session, json: false });
    for (const line of approvalCard(opened.printable, look)) say(session, line);
  }
  if (asks && !(await context.prompts.confirm(question))) {
    say(session, "Nothing was decided.");
    return EXIT.ok;
  }
  if (asks && !(await isToldStill(session, opened.value))) {
    throw new CliError("the same call was decided elsewhere since it was shown: nothing was decided", EXIT.conflict, {
      remedy: `look at it again: ${hint.request(id)}`,
    });
  }
  const decided = await api.decide(id, { ...decision, digest: opened.value.digest });
  show(session, decided, (now) => [
    "",
    `${painted(context.paint, now.status)}${now.status === "open" ? `: ${now.approvals_given} of ${now.approvals_required} given` : ""}`,
    ...(now.followed_by === null
      ? []
      : [`Asked anew as ${now.followed_by}, when its new preview is made: ${hint.request(now.followed_by)}`]),
  ]);
  return EXIT.ok;
};

const decidingExits = [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict];

export const addEdit = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "edit <request>",
    summary: "change a call's arguments; it is checked and asked anew",
    teaches: `An edit makes a new request with a new preview, and voids votes given so far. For a HIGH call, who edited it
cannot approve it. Without --arguments the arguments open in your editor ($VISUAL, $EDITOR).`,
    examples: [
      `buddy edit 01JDEF... --as bob --comment "typo" --arguments '{"contact_id":"c1","fields":{"stage":"customer"}}'`,
      "buddy edit 01JDEF... --as bob --comment typo --arguments @arguments.json",
    ],
    exits: decidingExits,
    flags: [
      { flags: "--arguments <json>", says: "the whole arguments as they shall be, or @file" },
      { flags: "--comment <text>", says: "why (needed)" },
    ],
    args: oneArgument,
    options: z.object({ arguments: text.optional(), comment: text.optional() }),
    run: async (session, [id], options) => {
      const { context, api } = session;
      const comment =
        options.comment ?? (context.interactive ? await context.prompts.input("Comment", true) : undefined);
      if (comment === undefined) throw new CliError("an edit needs --comment: say why", EXIT.usage);
      if (options.arguments === undefined && !context.interactive)
        throw new CliError("there is no terminal to edit in: give --arguments, JSON or @file", EXIT.usage);
      const edited =
        options.arguments === undefined
          ? await editArguments(context.prompts, (await api.approval(id)).value.arguments)
          : options.arguments.startsWith("@")
            ? parseArguments(await textFile(context, options.arguments.slice(1)), options.arguments.slice(1))
            : parseArguments(options.arguments, "--arguments");
      return decideOn(session, id, { decision: "edit", arguments: edited, comment });
    },
  });

/** Of every answer about a call that was made. */
const FOUR_EYES = `Whoever submitted the call, owns its agent or edited it last cannot say so, whatever its risk: somebody
else must.`;

/** Exactly one of two flags. */
const oneOf = (one: [boolean, string], other: [boolean, string]): string => {
  if (one[0] !== other[0]) return one[0] ? one[1] : other[1];
  const flags = [one[1], other[1]].map((word) => `--${word.replaceAll("_", "-")}`);
  throw new CliError(`say which: ${flags.join(" or ")}`, EXIT.usage);
};

export const addReconcile = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "reconcile <request>",
    summary: "tell whether a call of unknown outcome happened",
    teaches: `A call that ended without an answer, and that cannot be looked up, waits for a person who has looked at the
real thing. It is never sent again by itself. ${FOUR_EYES}`,
    examples: [
      "buddy reconcile 01JDEF... --happened --as carol",
      "buddy reconcile 01JDEF... --did-not-happen --as carol",
    ],
    exits: decidingExits,
    flags: [
      { flags: "--happened", says: "the call had its effect" },
      { flags: "--did-not-happen", says: "it had none" },
      { flags: "--comment <text>", says: "how you know" },
    ],
    args: oneArgument,
    options: z.object({
      happened: z.boolean().default(false),
      didNotHappen: z.boolean().default(false),
      comment: text.optional(),
    }),
    run: (session, [id], { happened, didNotHappen, comment }) =>
      decideOn(session, id, {
        decision: oneOf([happened, "happened"], [didNotHappen, "did_not_happen"]),
        ...(comment === undefined ? {} : { comment }),
      }),
  });

export const addSettle = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "settle <request>",
    summary: "settle a roll back that failed, or that you did by hand",
    teaches: `Where a roll back failed, or the value was no longer ours, somebody undoes it by hand or accepts it as it stands.
A question whether to undo a call is answered by --undone too, where you did it by hand. ${FOUR_EYES}`,
    examples: [
      "buddy settle 01JDEF... --undone --as carol",
      'buddy settle 01JDEF... --accepted --comment "the new value is right"',
    ],
    exits: decidingExits,
    flags: [
      { flags: "--undone", says: "you undid it by hand" },
      { flags: "--accepted", says: "it stays as it is" },
      { flags: "--comment <text>", says: "what you did, or why" },
    ],
    args: oneArgument,
    options: z.object({
      undone: z.boolean().default(false),
      accepted: z.boolean().default(false),
      comment: text.optional(),
    }),
    run: (session, [id], { undone, accepted, comment }) =>
      decideOn(session, id, {
        decision: oneOf([undone, "undone"], [accepted, "accepted"]),
        ...(comment === undefined ? {} : { comment }),
      }),
  });

export const addExtend = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "extend <request>",
    summary: "give an open request more time",
    teaches: "Adds to the time that is left before the request expires. What has expired stays expired.",
    examples: ["buddy extend 01JDEF... --seconds 3600 --as bob"],
    exits: decidingExits,
    flags: [
      { flags: "--seconds <n>", says: "how many seconds to add (needed)" },
      { flags: "--reason <text>", says: "why; kept in the audit" },
    ],
    args: oneArgument,
    options: z.object({ seconds, reason: text.optional() }),
    run: async (session, [id], options) => {
      const extended = await session.api.extend(id, options.seconds, options.reason);
      const look = await lookOf(session);
      show(session, extended, (request) => approvalCard(request, look));
      return EXIT.ok;
    },
  });
