import { plural } from "../../shared/shown/words.ts";
import { everyApproval, wholeExecution } from "../client/whole-execution.ts";
import type { Decider, Round } from "../deciding/decide-from-file.ts";
import { hint } from "../hints.ts";
import { isInterruption } from "../interruption.ts";
import type { Approval } from "../replies/approvals.ts";
import type { Execution } from "../replies/executions.ts";
import { type Session, say } from "../session.ts";
import { changedSteps, type Seen } from "./changes.ts";

const LOOK_AGAIN_MS = 300;
/** How long nothing may move before what is left undecided counts as what everything waits for. */
const STILL_MS = 3_000;
/** Artifacts are written after the execution ended. */
const ARTIFACTS_MS = 30_000;

export type Followed = {
  readonly execution: Execution;
  readonly how: "ended" | "waiting_for_people" | "interrupted";
  /** Open requests that nobody here decides. */
  readonly undecided: readonly Approval[];
};

/** Said once, where it looks as if nothing happened any more. */
const goesOnMeanwhile = (steps: number, left: number, id: string): string =>
  `${plural(left, "request")} ${left === 1 ? "waits" : "wait"} for people; ${plural(steps, "step")} ${steps === 1 ? "goes" : "go"} on without them, so this goes on. Decide meanwhile: ${hint.requestsOf(id)}. Ctrl-C leaves; come back: ${hint.follow(id)}`;

const nobody: Round = { decided: 0, left: [], expiring: [] };

/**
 * Looks at an execution until it ends: prints what changed, hands open requests to `decide`. Ends before that when
 * nothing goes on by itself any more and what is open is decided by nobody here; or when it is interrupted.
 */
export const follow = async (session: Session, id: string, decide: Decider): Promise<Followed> => {
  const { context, api } = session;
  const seen: Seen = new Map();
  let bar = context.progressBar();
  let interrupted = false;
  void context.interrupted().then(() => {
    interrupted = true;
  });
  let lastMove = context.now().getTime();
  let endedAt: number | undefined;
  let told = false;
  try {
    for (;;) {
      const { value, printable } = await wholeExecution(api, id);
      const now = context.now().getTime();
      const lines = changedSteps(seen, printable.steps, context);
      for (const line of lines) bar.line(line);
      if (lines.length > 0) lastMove = now;
      bar.update(
        value.finished_steps,
        value.step_count,
        value.open_approvals > 0 ? `${plural(value.open_approvals, "approval")} open` : value.status,
      );

      if (interrupted) return { execution: printable, how: "interrupted", undecided: [] };
      if (value.status !== "RUNNING") {
        endedAt ??= now;
        if (value.manifests > 0 || now - endedAt > ARTIFACTS_MS)
          return { execution: printable, how: "ended", undecided: [] };
      } else if (value.open_approvals > 0) {
        const open = (await everyApproval(api, { execution: id, status: "open" })).printable;
        if (open.length > 0 && context.interactive) bar.stop();
        const round = open.length === 0 ? nobody : await unlessLeft(decide(open));
        if (round === "left") return { execution: printable, how: "interrupted", undecided: [] };
        if (open.length > 0 && context.interactive) bar = context.progressBar();
        if (round.decided > 0) lastMove = context.now().getTime();
        const still =
          round.left.length > 0 && round.expiring.length === 0 && context.now().getTime() - lastMove > STILL_MS;
        if (still && value.going_on === 0)
          return { execution: printable, how: "waiting_for_people", undecided: round.left };
        if (still && !told) {
          bar.line(goesOnMeanwhile(value.going_on, round.left.length, id));
          told = true;
        }
      }
      await context.wait(LOOK_AGAIN_MS);
    }
  } finally {
    bar.stop();
  }
};

/** A person who leaves at a question leaves the execution, which goes on. */
const unlessLeft = async (round: Promise<Round>): Promise<Round | "left"> => {
  try {
    return await round;
  } catch (error) {
    if (isInterruption(error)) return "left";
    throw error;
  }
};

/** Leaves everything to others. */
export const decideNothing: Decider = async (open) => ({ decided: 0, left: open, expiring: [] });

/** The commands that decide a request. */
const howToDecide = ({ kind, approval_id: id }: Approval): string => {
  switch (kind) {
    case "reconcile":
    case "reconcile_undo":
      return `${hint.happened(id)}\n    or  ${hint.didNotHappen(id)}`;
    case "undo_failed":
      return `${hint.undone(id)}\n    or  ${hint.accepted(id)}`;
    default:
      return `${hint.approve(id)}\n    or  ${hint.reject(id)}`;
  }
};

/** The end that a follower who leaves early has not seen yet, and how to come back. */
export const tellStillToCome = (session: Session, { step_count, finished_steps }: Execution, id: string): void => {
  const left = step_count - finished_steps;
  say(session, `${plural(left, "step")} still to come. Come back: ${hint.follow(id)}`);
};

/** Says once what is left undecided, and how to look at it and decide it. */
export const tellUndecided = (session: Session, undecided: readonly Approval[], id: string): void => {
  if (undecided.length === 0) return;
  say(session, `${plural(undecided.length, "request")} left undecided:`);
  for (const { approval_id, plan_id, step_id, tool_name } of undecided) {
    say(session, `  ${approval_id}  ${plan_id} / ${step_id}  ${tool_name}`);
  }
  say(session, `Look: ${hint.requestsOf(id)}`);
  const kinds = Map.groupBy(undecided, ({ kind }) => kind);
  for (const [first] of kinds.values()) if (first !== undefined) say(session, `Decide: ${howToDecide(first)}`);
  if (kinds.has("approve")) say(session, `All together: ${hint.approveAllOf(id, session.context.interactive)}`);
  say(session, "Decide as somebody who may: --as <name> with a local server, else $BUDDY_TOKEN.");
};
