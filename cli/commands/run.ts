import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { LAST, namedExecution } from "../client/named-execution.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand, type Flag } from "../command.ts";
import { decisionsIn } from "../deciding/read-decisions.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { jsonFile } from "../named-files.ts";
import { followToEnd } from "../running/follow-to-end.ts";
import { type Session, say, show } from "../session.ts";
import { oneArgument, text } from "./options.ts";

export type RunOptions = {
  validations?: string | undefined;
  config?: string | undefined;
  decisions?: string | undefined;
  approver?: string | undefined;
  out: string;
  detach: boolean;
  key?: string | undefined;
};

/** The part of the submission that a file gives: its field `name`, or the whole file. */
const part = (value: Json, name: string): Json =>
  isJsonObject(value) && value[name] !== undefined ? value[name] : value;

/** The body of a submission, from a file of plans and, perhaps, files with validations and configuration. */
export const submissionFrom = async (session: Session, plans: string, options: RunOptions): Promise<JsonObject> => {
  const file = await jsonFile(session.context, plans);
  const body: JsonObject =
    isJsonObject(file) && file.plans !== undefined ? { ...file } : { plans: Array.isArray(file) ? file : [file] };
  if (options.validations !== undefined)
    body.validations = part(await jsonFile(session.context, options.validations), "validations");
  if (options.config !== undefined) body.config = part(await jsonFile(session.context, options.config), "config");
  return body;
};

type Deciding = Pick<RunOptions, "decisions" | "approver">;

/** @throws CliError (usage) for an approver in whose name nothing can be decided from here */
const mayNameApprover = ({ elsewhere }: Session, { approver }: Deciding): void => {
  if (approver === undefined || elsewhere === null) return;
  throw new CliError("--approver makes a token for a server on this machine", EXIT.usage, {
    remedy: "leave it out, and set $BUDDY_TOKEN to the token of who decides",
  });
};

const decisionsFor = async ({ context }: Session, { decisions, approver }: Deciding) =>
  decisions === undefined ? undefined : decisionsIn(context, decisions, approver);

/** Submits, follows, decides, saves the artifacts and tells how it ended. */
export const runPlans = async (session: Session, plans: string, options: RunOptions): Promise<ExitCode> => {
  const { context, api } = session;
  mayNameApprover(session, options);
  if (!options.detach) await context.mustBeWritable(options.out, "folder");
  const body = await submissionFrom(session, plans, options);
  const file = await decisionsFor(session, options);
  const submitted = await api.submit(JSON.stringify(body), options.key ?? randomUUID());
  const { execution_id: id } = submitted.value;
  if (options.detach) {
    show(session, submitted, (value) => [
      `${value.execution_id} submitted: ${plural(value.step_count, "step")} of ${plural(value.plan_ids.length, "plan")}`,
      ...value.warnings.map((warning) => `  ${context.paint.yellow("note:")} ${warning}`),
      `Look at it: ${hint.status(value.execution_id)}`,
    ]);
    return EXIT.ok;
  }
  say(
    session,
    `${printable(id)} submitted: ${plural(submitted.value.step_count, "step")} of ${plural(submitted.value.plan_ids.length, "plan")}`,
  );
  for (const warning of submitted.printable.warnings) say(session, `  ${context.paint.yellow("note:")} ${warning}`);

  return followToEnd(session, id, { ...options, decisions: file, heard: true });
};

const followOptions = z.object({
  decisions: text.optional(),
  approver: text.optional(),
  out: text.default("outputs"),
});
const runOptions = followOptions.extend({
  validations: text.optional(),
  config: text.optional(),
  detach: z.boolean().default(false),
  key: text.optional(),
});

const followFlags: readonly Flag[] = [
  { flags: "--decisions <file>", says: "decisions to take instead of asking" },
  {
    flags: "--approver <name>",
    says: "who decides at this terminal, and by entries that name nobody (with a local server; default: --as)",
  },
  { flags: "--out <folder>", says: "where artifacts go, in a folder per execution (default: outputs)" },
];

const followExits = [
  EXIT.ok,
  EXIT.not_succeeded,
  EXIT.waiting_for_people,
  EXIT.locked,
  EXIT.not_all_done,
  EXIT.rolled_back,
  EXIT.interrupted,
];

export const addRun = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "run <plans>",
    summary: "submit plans, decide what needs a person, follow them to the end",
    teaches: `Submits the plans in a file and follows them: a line for every step that moves, requests for approval as they come.

<plans> holds {"plans": [...], "validations": [...], "config": {...}}, one plan, or an array of plans.
On a terminal you are asked plan by plan; every HIGH step is shown in full first. Elsewhere, decisions come from
--decisions, a file that names plans, steps and tools; without it nothing is decided, and the command ends with
exit code 8 when nothing goes on any more without people. \`buddy follow\` comes back to it. Nothing is ever approved that nobody decided.`,
    examples: [
      "buddy run examples/plans.json --as alice --approver bob",
      "buddy run examples/plans.json --validations examples/validations.json --decisions examples/decisions.json",
      "buddy run plans.json --detach --json",
    ],
    exits: [...followExits, EXIT.refused],
    flags: [
      { flags: "--validations <file>", says: "Phase 22's validations of the plans" },
      { flags: "--config <file>", says: "configuration of this execution, over the safe defaults" },
      ...followFlags,
      { flags: "--detach", says: "submit and return at once" },
      { flags: "--key <key>", says: "idempotency key: the same key and plans are one execution, however often sent" },
    ],
    args: oneArgument,
    options: runOptions,
    run: (session, [plans], options) => runPlans(session, plans, options),
  });

export const addFollow = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "follow <execution>",
    summary: "come back to an execution, and follow it to its end",
    teaches: `Goes on where \`buddy run\` was left, or was not there: the same lines, questions, artifacts and exit codes. It does
not end while something goes on without anybody's decision, such as a plan that waits for its rate window.`,
    examples: ["buddy follow 01JABC... --as bob", "buddy follow 01JABC... --decisions examples/decisions.json"],
    exits: [...followExits, EXIT.not_found],
    flags: followFlags,
    args: oneArgument,
    options: followOptions,
    run: async (session, [named], options) => {
      mayNameApprover(session, options);
      await session.context.mustBeWritable(options.out, "folder");
      const id = await namedExecution(session.api, named);
      const file = await decisionsFor(session, options);
      return followToEnd(session, id, { ...options, decisions: file, heard: named === LAST });
    },
  });
