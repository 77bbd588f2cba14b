import { argumentChanges } from "../../shared/execution/approval/argument-changes.ts";
import { goesOn } from "../../shared/execution/approval/asking.ts";
import { type Called, nameWithId } from "../../shared/plan/called.ts";
import { isJsonObject } from "../../shared/plan/json.ts";
import { askedInWords, goesOnInWords } from "../../shared/shown/asked.ts";
import { earlierInWords } from "../../shared/shown/earlier.ts";
import { kindWords } from "../../shared/shown/questions.ts";
import { inQuotes } from "../../shared/shown/untrusted.ts";
import { compact, type ShownChange, shownChanges } from "../../shared/shown/values.ts";
import { inWords, plural } from "../../shared/shown/words.ts";
import type { Paint } from "../context.ts";
import { hint } from "../hints.ts";
import type { Approval, ArgumentChange } from "../replies/approvals.ts";
import { painted } from "./labels.ts";
import { wrap } from "./width.ts";

export type Look = {
  readonly paint: Paint;
  readonly columns: number;
  /** The names that callers were given; without, each is shown by the id. */
  readonly called?: Called;
};

/** A caller as a person reads it. */
export const caller = ({ called = () => undefined }: Pick<Look, "called">, id: string): string =>
  nameWithId(called, id);

const LABEL_WIDTH = 15;

export const changeText = ({ record, field, old, new: next }: ShownChange, paint: Paint): string =>
  `${paint.dim(record)} ${field}: ${paint.red(compact(old))} → ${paint.green(compact(next))}`;

export const argumentChangeText = ({ at, old, new: next }: ArgumentChange, paint: Paint): string =>
  `${at}: ${paint.red(compact(old))} → ${paint.green(compact(next))}`;

/** The earlier decisions on the same call: a line with who, when and why, and what an edit changed. */
export const earlierLines = (request: Approval, look: Look): string[] =>
  request.earlier_decisions.flatMap((earlier) => [
    `${look.paint.yellow(earlierInWords(request, earlier, look.called))} (${earlier.approval_id} of execution ${earlier.execution_id})${earlier.comment === null ? "" : `: ${inQuotes(earlier.comment)}`}`,
    ...earlier.changes.map((change) => `  ${argumentChangeText(change, look.paint)}`),
    ...(earlier.more_changes === 0 ? [] : [`  and ${plural(earlier.more_changes, "more change")}`]),
  ]);

/** From what to what an edit changed the call that was asked about. */
const editLines = ({ arguments: asked, edited_arguments: edited }: Approval, paint: Paint): string[] => {
  if (edited === null) return [];
  const { changes, more } = argumentChanges(asked, edited);
  return [
    ...changes.map((change) => argumentChangeText(change, paint)),
    ...(more === 0 ? [] : [`and ${plural(more, "more change")}`]),
  ];
};

/** Whom it was put to by the tool's list, and where it goes on to while it is open. */
const putLines = (request: Approval): string[] => {
  const put = askedInWords(request.asked);
  return put.length === 0 || request.status !== "open" ? put : [...put, goesOnInWords(goesOn(request))];
};

const expiry = ({ status, remaining_seconds: left }: Approval): string => {
  if (status !== "open") return status;
  return left === null ? "never expires" : `expires in ${inWords(left)}`;
};

const labelled = (label: string, lines: readonly string[], { paint, columns }: Look): string[] => {
  const width = Math.max(20, columns - LABEL_WIDTH - 2);
  return lines
    .flatMap((line) => wrap(line, width))
    .map((line, index) => `  ${paint.dim((index === 0 ? label : "").padEnd(LABEL_WIDTH))}${line}`);
};

/** Arguments one by one, each value in full: the approver sees what is going to be sent. */
const argumentLines = ({ arguments: args, argument_sources: sources }: Approval, paint: Paint): string[] => {
  const entries = Object.entries(args);
  if (entries.length === 0) return ["(none)"];
  return [
    ...entries.flatMap(([name, value]) =>
      isJsonObject(value) && Object.keys(value).length > 0
        ? [`${paint.bold(name)}:`, ...Object.entries(value).map(([inner, each]) => `  ${inner}: ${compact(each)}`)]
        : [`${paint.bold(name)}: ${compact(value)}`],
    ),
    ...sources.map(({ at, from, path }) => paint.dim(`${at} comes from the result of ${from}, ${path}`)),
  ];
};

/** The values to look for where the call was sent. */
const sentLines = ({ at, idempotency_key }: NonNullable<Approval["sent"]>): string[] => [
  `at ${at}`,
  `under the key ${idempotency_key}`,
];

/** Everything a person needs to decide, in lines. `request` holds printable text only. */
export const approvalCard = (request: Approval, look: Look): string[] => {
  const { paint } = look;
  const actors =
    request.proposed_by === request.acting_agent_id
      ? [request.acting_agent_id]
      : [paint.yellow(`proposed by ${request.proposed_by}, runs as ${request.acting_agent_id}`)];
  const section = (label: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : labelled(label, lines, look);
  return [
    `${painted(paint, request.risk_level)}  ${paint.bold(request.tool_name)}  ${request.plan_id} / ${request.step_id}  ${paint.dim(expiry(request))}`,
    ...section("question", kindWords(request.kind) === "" ? [] : [paint.bold(kindWords(request.kind))]),
    ...section("request", [`${request.approval_id}  of execution ${request.execution_id}`]),
    ...section("agent", actors),
    ...section("submitted by", request.submitted_by === undefined ? [] : [caller(look, request.submitted_by)]),
    ...section("confidence", [String(request.confidence)]),
    ...section("goal", request.goal === null ? [] : [inQuotes(request.goal.text)]),
    ...section("rationale", request.rationale === null ? [] : [inQuotes(request.rationale.text)]),
    ...section("would", [request.summary]),
    ...section("sent", request.sent === undefined ? [] : sentLines(request.sent)),
    ...section("arguments", argumentLines(request, paint)),
    ...section(
      "note",
      request.argument_notes.map((note) => paint.yellow(note)),
    ),
    ...section(
      "changes",
      shownChanges(request.changes, request.kind).map((change) => changeText(change, paint)),
    ),
    ...section(
      "since asked",
      shownChanges(request.drift, "drift").map((change) => changeText(change, paint)),
    ),
    ...section(
      "picture",
      request.picture === undefined
        ? []
        : [`of the page as it stood: ${hint.picture(request.approval_id, "page.jpg")}`],
    ),
    ...section("earlier", earlierLines(request, look)),
    ...section("asked because", request.reasons),
    ...section("put to", putLines(request)),
    ...section("already ran", request.already_ran.length === 0 ? [] : [request.already_ran.join(", ")]),
    ...section("a no stops", request.rejection_stops.length === 0 ? [] : [request.rejection_stops.join(", ")]),
    ...section("also writes", request.also_writes),
    ...section("approvals", [
      `${request.approvals_given} of ${request.approvals_required} given${request.votes.map(({ by }) => `, ${caller(look, by)}`).join("")}`,
    ]),
    ...section("workers", request.worker_note === undefined ? [] : [paint.yellow(request.worker_note)]),
    ...section("preview", [`made ${inWords(request.preview_age_seconds)} ago`]),
    ...section("you", request.you_may_not_because === null ? [] : [paint.yellow(request.you_may_not_because)]),
    ...section(
      "decided",
      request.decided_by === null ? [] : [`${request.status} by ${caller(look, request.decided_by)}`],
    ),
    ...section("asked anew", request.followed_by === null ? [] : [`as ${request.followed_by}`]),
    ...section("edited", editLines(request, paint)),
    ...section("comment", request.comment === null ? [] : [inQuotes(request.comment)]),
  ];
};
