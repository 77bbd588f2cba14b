import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { askAtTerminal } from "../deciding/ask-at-terminal.ts";
import { type Decider, decideFromFile } from "../deciding/decide-from-file.ts";
import { type DecisionsFile, decisionsFile, decisionsOf } from "../deciding/decisions-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { plural } from "../render/labels.ts";
import { printable, safeJson } from "../render/untrusted.ts";
import { saveArtifacts } from "../running/artifact-files.ts";
import { decideNothing, follow, tellUndecided } from "../running/follow.ts";
import { exitCodeOf, healthIn, outcomeLines, signalsIn } from "../running/outcome.ts";
import { type Session, say, show } from "../session.ts";
import { jsonFile } from "./files.ts";
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

/** What a file gives to the submission: its field `name`, or the whole file. */
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

const decisionsIn = async (session: Session, path: string): Promise<DecisionsFile> => {
  const parsed = decisionsFile.safeParse(await jsonFile(session.context, path));
  if (parsed.success) return decisionsOf(parsed.data);
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === "invalid_union" ? issue.errors.flat() : [issue],
  );
  const faults = issues.map(({ path: at, message }) => `/${at.join("/")}: ${message}`);
  throw new CliError(`${path} is not a decisions file: ${faults.join("; ")}`, EXIT.usage);
};

const deciderFor = (session: Session, file: DecisionsFile | undefined, approver: string | undefined): Decider => {
  if (file !== undefined) return decideFromFile(session, file);
  if (!session.context.interactive || session.json) return decideNothing;
  return askAtTerminal(session, approver === undefined ? session.api : session.apiAs(approver));
};

/** Submits, follows, decides, saves the artifacts and tells how it ended. */
export const runPlans = async (session: Session, plans: string, options: RunOptions): Promise<ExitCode> => {
  const { context, api } = session;
  const body = await submissionFrom(session, plans, options);
  const file = options.decisions === undefined ? undefined : await decisionsIn(session, options.decisions);
  const submitted = await api.submit(JSON.stringify(body), options.key ?? randomUUID());
  const { execution_id: id } = submitted.value;
  if (options.detach) {
    show(session, submitted, (value) => [
      `${value.execution_id} submitted: ${plural(value.step_count, "step")} of ${plural(value.plan_ids.length, "plan")}`,
      ...value.warnings.map((warning) => `  ${context.paint.yellow("note:")} ${warning}`),
      `Look at it: buddy status ${value.execution_id}`,
    ]);
    return EXIT.ok;
  }
  say(
    session,
    `${printable(id)} submitted: ${plural(submitted.value.step_count, "step")} of ${plural(submitted.value.plan_ids.length, "plan")}`,
  );
  for (const warning of submitted.printable.warnings) say(session, `  ${context.paint.yellow("note:")} ${warning}`);

  const { execution, how, undecided } = await follow(session, api, id, deciderFor(session, file, options.approver));
  const saved =
    how === "ended" && execution.manifests > 0 ? await saveArtifacts(context, api, id, options.out) : undefined;
  if (session.json) {
    context.out(
      safeJson(
        {
          how,
          execution,
          undecided,
          artifacts: saved === undefined ? null : { folder: saved.folder, files: [...saved.files.keys()] },
          health: saved === undefined ? null : healthIn(saved),
          signals: saved === undefined ? [] : signalsIn(saved),
        },
        2,
      ),
    );
  } else {
    for (const line of outcomeLines(execution, saved, context)) context.out(line);
  }
  for (const { plan, step, tool, decision } of file?.unused() ?? []) {
    say(
      session,
      `${context.paint.yellow("note:")} no request matched ${[plan, step, tool]
        .filter((name) => name !== undefined)
        .map((name) => printable(name))
        .join(" / ")} (${decision}) of the decisions file`,
    );
  }
  if (how === "ended" && saved === undefined)
    say(session, `No artifacts were written yet. Later: buddy artifacts ${id} --out ${options.out}`);
  tellUndecided(session, undecided, id);
  if (how === "interrupted") {
    say(session, `It goes on at the server: buddy status ${id}`);
    return EXIT.interrupted;
  }
  return exitCodeOf(execution.status);
};

const runOptions = z.object({
  validations: text.optional(),
  config: text.optional(),
  decisions: text.optional(),
  approver: text.optional(),
  out: text.default("outputs"),
  detach: z.boolean().default(false),
  key: text.optional(),
});

export const addRun = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "run <plans>",
    summary: "submit plans, decide what needs a person, follow them to the end",
    teaches: `Submits the plans in a file and follows them: a line for every step that moves, requests for approval as they come.

<plans> holds {"plans": [...], "validations": [...], "config": {...}}, one plan, or an array of plans.
On a terminal you are asked plan by plan; every HIGH step is shown in full first. Elsewhere, decisions come from
--decisions, a file that names plans, steps and tools; without it nothing is decided, and the command ends with
exit code 8 when the execution waits for people. Nothing is ever approved that nobody decided.`,
    examples: [
      "buddy run examples/plans.json --as alice --approver bob",
      "buddy run examples/plans.json --validations examples/validations.json --decisions examples/decisions.json",
      "buddy run plans.json --detach --json",
    ],
    exits: [
      EXIT.ok,
      EXIT.not_succeeded,
      EXIT.refused,
      EXIT.waiting_for_people,
      EXIT.locked,
      EXIT.not_all_done,
      EXIT.rolled_back,
      EXIT.interrupted,
    ],
    flags: [
      { flags: "--validations <file>", says: "Phase 22's validations of the plans" },
      { flags: "--config <file>", says: "configuration of this execution, over the safe defaults" },
      { flags: "--decisions <file>", says: "decisions to take instead of asking" },
      { flags: "--approver <name>", says: "who decides at this terminal (with a local server; default: --as)" },
      { flags: "--out <folder>", says: "where artifacts go, in a folder per execution (default: outputs)" },
      { flags: "--detach", says: "submit and return at once" },
      { flags: "--key <key>", says: "idempotency key: the same key and plans are one execution, however often sent" },
    ],
    args: oneArgument,
    options: runOptions,
    run: (session, [plans], options) => runPlans(session, plans, options),
  });
