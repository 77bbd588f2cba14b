import { inQuotes, printable } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { ApiProblem } from "../client/problem.ts";
import type { Choice } from "../context.ts";
import { lookOf } from "../look.ts";
import { approvalCard, type Look } from "../render/approval.ts";
import { approvalBlocks, howMany } from "../render/approval-list.ts";
import { painted } from "../render/labels.ts";
import type { Approval } from "../replies/approvals.ts";
import { type Session, say } from "../session.ts";
import type { Decider } from "./decide-from-file.ts";
import { editArguments } from "./edit-arguments.ts";
import { giveDecision, isOwnVote } from "./give-decision.ts";

type Answer = "decided" | "skipped";

/** Of an answer that nobody takes back, and that no comment follows, the person is asked once more. */
const SURE: Readonly<Record<string, string>> = {
  happened: "Did it happen?",
  did_not_happen: "Did it not happen?",
  undone: "Did you undo it by hand?",
  accepted: "Accept it as it stands?",
};

const ANSWERS: readonly (Choice<string> & { needs_comment: boolean })[] = [
  { value: "approve", name: "Approve", needs_comment: false },
  { value: "edit", name: "Edit the arguments", needs_comment: true },
  { value: "reject", name: "Reject", needs_comment: true },
  { value: "happened", name: "It happened", needs_comment: false },
  { value: "did_not_happen", name: "It did not happen", needs_comment: false },
  { value: "undone", name: "I undid it by hand", needs_comment: false },
  { value: "accepted", name: "Accept it as it stands", needs_comment: false },
];

const groupsOf = (open: readonly Approval[]): [string, Approval[]][] => {
  const groups = new Map<string, Approval[]>();
  for (const request of open) groups.set(request.plan_id, [...(groups.get(request.plan_id) ?? []), request]);
  return [...groups];
};

/**
 * Asks the person at the terminal, plan by plan, in the name of `api`'s caller. A request that is skipped is not asked
 * again.
 */
export const askAtTerminal = (session: Session, api: Api): Decider => {
  const { context } = session;
  const { prompts, paint } = context;
  const look = { paint, columns: context.columns };
  const skipped = new Set<string>();
  /** Names are asked for once, however many cards are shown. */
  let readable: Promise<Look> | undefined;
  const showCard = async (request: Approval): Promise<void> => {
    readable ??= lookOf({ ...session, api, json: false });
    for (const line of approvalCard(request, await readable)) say(session, line);
  };

  const refused = (request: Approval, error: unknown): Answer => {
    if (!(error instanceof ApiProblem)) throw error;
    say(session, `${paint.red("refused:")} ${printable(error.message)}`);
    skipped.add(request.approval_id);
    return "skipped";
  };

  const askOne = async (request: Approval): Promise<Answer> => {
    const opened = await api.approval(request.approval_id);
    say(session, "");
    await showCard(opened.printable);
    const choices = ANSWERS.filter(({ value }) => opened.value.you_may.includes(value));
    const skip = { value: "skip", name: choices.length === 0 ? "Skip (you may not decide this one)" : "Skip" };
    // The cursor stands on the first: Enter pressed twice before must decide nothing.
    const decision = await prompts.select("What do you decide?", [skip, ...choices]);
    const isHigh = opened.value.risk_level === "HIGH";
    const sure = decision === "approve" && isHigh ? `Approve this ${painted(paint, "HIGH")} one?` : SURE[decision];
    if (decision === "skip" || (sure !== undefined && !(await prompts.confirm(sure)))) {
      skipped.add(request.approval_id);
      return "skipped";
    }
    const needsComment = ANSWERS.some(({ value, needs_comment }) => value === decision && needs_comment);
    try {
      const edited = decision === "edit" ? await editArguments(prompts, opened.value.arguments) : undefined;
      const comment = needsComment ? await prompts.input("Comment", true) : undefined;
      await giveDecision(api, opened.value, {
        decision,
        ...(edited === undefined ? {} : { arguments: edited }),
        ...(comment === undefined ? {} : { comment }),
      });
      return "decided";
    } catch (error) {
      return refused(request, error);
    }
  };

  const approveAll = async (requests: readonly Approval[]): Promise<number> => {
    const digests = new Map(requests.map(({ approval_id, digest }) => [approval_id, digest]));
    for (const request of requests.filter(({ risk_level }) => risk_level === "HIGH")) {
      const opened = await api.approval(request.approval_id);
      digests.set(request.approval_id, opened.value.digest);
      say(session, "");
      await showCard(opened.printable);
      if (!(await prompts.confirm(`Include this ${painted(paint, "HIGH")} one?`))) {
        digests.delete(request.approval_id);
        skipped.add(request.approval_id);
      }
    }
    const meant = requests.filter(({ approval_id }) => digests.has(approval_id));
    if (meant.length === 0 || !(await prompts.confirm(`Approve ${howMany(meant)}?`))) return 0;
    const answers = await api.decideMany([...digests].map(([id, digest]) => ({ id, digest, decision: "approve" })));
    const refusals = answers.printable.results.filter(({ ok, problem }) => !ok && !isOwnVote(problem));
    for (const { id, problem } of refusals) {
      skipped.add(id);
      say(session, `${paint.red("refused:")} ${id}: ${problem?.detail ?? "no reason was given"}`);
    }
    return answers.value.results.length - refusals.length;
  };

  const askPlan = async (plan_id: string, requests: readonly Approval[]): Promise<number> => {
    const goal = requests[0]?.goal ?? null;
    say(session, "");
    say(
      session,
      `${paint.bold(plan_id)} asks for ${plural(requests.length, "approval")}${goal === null ? "" : `: ${inQuotes(goal.text)}`}`,
    );
    for (const line of approvalBlocks(requests, look)) say(session, line);
    const approvable = requests.filter(({ you_may }) => you_may.includes("approve"));
    const how = await prompts.select(`${plan_id}:`, [
      { value: "each", name: requests.length === 1 ? "Look at it" : "Look at each" } as const,
      ...(approvable.length > 1
        ? [{ value: "all", name: `Approve all ${approvable.length} (HIGH ones are shown first)` } as const]
        : []),
      { value: "skip", name: "Skip this plan" } as const,
    ]);
    if (how === "all") return approveAll(approvable);
    if (how === "skip") {
      for (const { approval_id } of requests) skipped.add(approval_id);
      return 0;
    }
    let decided = 0;
    for (const request of requests) if ((await askOne(request)) === "decided") decided += 1;
    return decided;
  };

  return async (open) => {
    let decided = 0;
    for (const [plan_id, requests] of groupsOf(open.filter(({ approval_id }) => !skipped.has(approval_id)))) {
      decided += await askPlan(plan_id, requests);
    }
    return { decided, left: open.filter(({ approval_id }) => skipped.has(approval_id)), expiring: [] };
  };
};
