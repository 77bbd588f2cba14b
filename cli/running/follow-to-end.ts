import { cutName } from "../../shared/plan/suggestion.ts";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { askAtTerminal } from "../deciding/ask-at-terminal.ts";
import { type Decider, decideFromFile } from "../deciding/decide-from-file.ts";
import type { DecisionsFile } from "../deciding/decisions-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { type Session, say } from "../session.ts";
import { saveArtifacts } from "./artifact-files.ts";
import { decideNothing, follow, tellStillToCome, tellUndecided } from "./follow.ts";
import { exitCodeOf, healthIn, outcomeLines, signalsIn } from "./outcome.ts";
import { patiently } from "./patiently.ts";

export type Following = {
  readonly decisions: DecisionsFile | undefined;
  readonly approver?: string | undefined;
  readonly out: string;
  /** Whether the server has answered this command already. */
  readonly heard: boolean;
};

const deciderFor = (session: Session, file: DecisionsFile | undefined, approver: string | undefined): Decider => {
  if (file !== undefined) return decideFromFile(session, file, approver !== undefined || session.name !== null);
  if (!session.context.interactive || session.json) return decideNothing;
  return askAtTerminal(session, approver === undefined ? session.api : session.apiAs(approver));
};

const NOTHING_TO_SAVE = { saved: undefined, unsaved: undefined };

/** The end of an execution is told also where its artifacts cannot be read, or be written, by now (a disk that is full since). */
const savedOrWhyNot = async ({ context, api }: Session, id: string, out: string) => {
  try {
    return { saved: await saveArtifacts(context, api, id, out), unsaved: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { saved: undefined, unsaved: error.message };
  }
};

/** Follows an execution, decides, saves the artifacts and tells how it ended, or what is still to come. */
export const followToEnd = async (
  given: Session,
  id: string,
  { decisions: file, approver, out, heard }: Following,
): Promise<ExitCode> => {
  const session = patiently(given, id, { heard });
  const { context } = session;
  const { execution, how, undecided } = await follow(session, id, deciderFor(session, file, approver));
  const { saved, unsaved } =
    how === "ended" && execution.manifests > 0 ? await savedOrWhyNot(session, id, out) : NOTHING_TO_SAVE;
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
        .map((name) => printable(cutName(name)))
        .join(" / ")} (${decision}) of the decisions file`,
    );
  }
  if (unsaved !== undefined)
    say(
      session,
      `${context.paint.yellow("note:")} not all artifacts were saved: ${unsaved}. Later: ${hint.artifacts(id, out)}`,
    );
  else if (how === "ended" && saved === undefined)
    say(session, `No artifacts were written yet. Later: ${hint.artifacts(id, out)}`);
  tellUndecided(session, undecided, id);
  if (how !== "ended") tellStillToCome(session, execution, id);
  if (how === "interrupted") return EXIT.interrupted;
  return exitCodeOf(execution.status);
};
