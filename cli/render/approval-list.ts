import { kindWords } from "../../shared/shown/questions.ts";
import { isToDecide } from "../../shared/shown/settling.ts";
import { unlikeOthers } from "../../shared/shown/unlike-others.ts";
import { inQuotes, printable } from "../../shared/shown/untrusted.ts";
import { compact, shownChanges } from "../../shared/shown/values.ts";
import { inWords, plural } from "../../shared/shown/words.ts";
import { type Filter, hint } from "../hints.ts";
import type { Approval, ApprovalQueue } from "../replies/approvals.ts";
import { changeText, earlierLines, type Look } from "./approval.ts";
import { painted, unreadableLines } from "./labels.ts";
import { flow, wrap } from "./width.ts";

const MARGIN = "  ";
const INNER = "      ";

const timeLeft = ({ status, remaining_seconds: left }: Approval): string => {
  if (status !== "open") return status;
  return left === null ? "never expires" : `${inWords(left)} left`;
};

/** Lines that begin at `margin`; what is too long goes on in the next line, and nothing is cut. */
const within = (margin: string, text: string, columns: number): string[] =>
  wrap(text, Math.max(20, columns - margin.length)).map((line) => `${margin}${line}`);

/** Arguments that no change shows already, by name and value: a record that is made new shows most of them. */
const argumentText = ({ arguments: args, changes: all, kind }: Approval): string[] => {
  const changes = shownChanges(all, kind);
  if (changes.some(({ new: next }) => compact(next) === compact(args))) return [];
  const shown = new Set(changes.map(({ field, new: next }) => `${field}: ${compact(next)}`));
  const rest = Object.entries(args).filter(([name, value]) => !shown.has(`${name}: ${compact(value)}`));
  return rest.length === 0 ? [] : [`with ${rest.map(([name, value]) => `${name}: ${compact(value)}`).join(", ")}`];
};

/** The effect of a call, whole: every field that it changes, every other argument, and notes on them. */
export const callLines = (request: Approval, look: Look): string[] => {
  const { summary, argument_notes } = request;
  const changes = shownChanges(request.changes, request.kind);
  return [
    ...(changes.length === 0 ? [summary] : changes.map((change) => changeText(change, look.paint))),
    ...argumentText(request),
    ...argument_notes.map((note) => look.paint.yellow(note)),
    ...earlierLines(request, look),
  ];
};

/** The reason for which the reader cannot settle it, such as a lock: read here, and not first at the refusal. */
const notYours = (request: Approval): string[] => {
  const { status, you_may_not_because: why } = request;
  return status !== "open" || why === null || isToDecide(request) ? [] : [`not yours now: ${why}`];
};

/** One request, short and whole: what it is, every field that it changes, and every other argument of the call. */
const block = (request: Approval, place: number | undefined, unlike: readonly string[], look: Look): string[] => {
  const { paint, columns } = look;
  const { approval_id, risk_level, tool_name, plan_id, step_id, acting_agent_id, kind } = request;
  const votes = `${request.approvals_given}/${request.approvals_required}`;
  const question = kindWords(kind);
  return [
    ...flow(
      [
        ...(place === undefined ? [] : [`${place}.`]),
        painted(paint, risk_level),
        paint.bold(tool_name),
        `${plan_id} / ${step_id} by ${acting_agent_id}`,
        votes,
        timeLeft(request),
      ],
      Math.max(20, columns - MARGIN.length),
    ).map((line) => `${MARGIN}${line}`),
    ...[
      approval_id,
      ...(question === "" ? [] : [paint.bold(question)]),
      ...(request.sent === undefined
        ? []
        : [`sent at ${request.sent.at} under the key ${request.sent.idempotency_key}`]),
      ...callLines(request, look),
      ...notYours(request).map((why) => paint.yellow(why)),
      ...unlike.map((note) => paint.yellow(note)),
    ].flatMap((line) => within(INNER, line, columns)),
  ];
};

/**
 * Requests one after the other. A value that differs from those the others of its tool have alike is pointed out.
 * `places` has the number, by the request's id, under which a person may name it; none is shown where it is absent.
 */
export const approvalBlocks = (
  requests: readonly Approval[],
  look: Look,
  places?: ReadonlyMap<string, number>,
): string[] => {
  const unlike = unlikeOthers(requests);
  return requests.flatMap((request) => {
    const { approval_id: id } = request;
    return block(request, places?.get(id), unlike.get(id) ?? [], look);
  });
};

/** The count that a yes is asked for, and how many of it are HIGH: one among many is easily overlooked. */
export const howMany = (requests: readonly Approval[]): string => {
  const count = plural(requests.length, "request");
  const high = requests.filter(({ risk_level }) => risk_level === "HIGH").length;
  if (high === 0) return count;
  if (high < requests.length) return `${count}, ${high} of them HIGH`;
  return requests.length === 1 ? `${count}, which is HIGH` : `${count}, all of them HIGH`;
};

/** Said where there is nothing: a misspelt name finds nothing either. */
export const choiceWords = (filter: Filter): string => {
  const { limit: _limit, next: _next, ...choice } = filter;
  const words = Object.entries(choice).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [value === true ? name : `${name} ${printable(String(value))}`];
  });
  return words.length === 0 ? "" : ` of this choice: ${words.join(", ")}`;
};

/** The queue, grouped by plan. `filter` is what was asked for, so that the next page is asked alike. */
export const approvalQueueLines = (
  { plans, count, next, unreadable = [] }: ApprovalQueue,
  filter: Filter,
  look: Look,
): string[] => {
  const { paint } = look;
  const damaged = unreadableLines(unreadable, "request");
  if (count === 0 && next === null) {
    const elsewhere =
      filter.mine === true ? [`What waits for others, or behind a lock, says why: ${hint.queue()}`] : [];
    return [`Nothing to decide${choiceWords(filter)}.`, ...elsewhere, ...damaged];
  }
  const [first] = plans.flatMap(({ approvals }) => approvals);
  return [
    ...plans.flatMap(({ plan_id, execution_id, goal, approvals }) => [
      `${paint.bold(plan_id)} ${paint.dim(`of ${execution_id}`)}${goal === null ? "" : `  ${inQuotes(goal.text)}`}`,
      ...approvalBlocks(approvals, look),
      "",
    ]),
    `${plural(count, "request")}.${first === undefined ? "" : ` Look at one: ${hint.request(first.approval_id)}`}`,
    ...damaged,
    ...(next === null ? [] : [`There are more: ${hint.moreRequests(filter, next)}`]),
  ];
};
