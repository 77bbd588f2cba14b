import type { ApprovalRequest, EarlierDecision } from "../../shared/execution/approval/approval.ts";
import { type Called, nameWithId } from "../../shared/plan/called.ts";
import { askedInWords } from "../../shared/shown/asked.ts";
import { earlierInWords } from "../../shared/shown/earlier.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { type ShownChange, shownChanges } from "../../shared/shown/values.ts";
import { plural } from "../../shared/shown/words.ts";

/**
 * A request in words for a message: its parts are shown whole or not at all. They are printable, line by line: a line break
 * is Buddy's own, and none that somebody else wrote begins a line.
 */
export type AskedText = {
  readonly title: string;
  /** Everything that would change, from what to what. */
  readonly effect: string;
  /** The literal arguments. */
  readonly literal: string;
  /** The agent's own words, quoted as such. */
  readonly words: string;
  readonly deadline: string;
};

const changeText = ({ record, field, old, new: now }: ShownChange): string =>
  `${record} ${field}: ${shown(old)} → ${shown(now)}`;

/** The circumstances of a call, line by line: as much as is read before a decision in the console. */
const circumstances = (request: ApprovalRequest, called: Called): string[] => {
  const { proposed_by, acting_agent_id, already_ran, rejection_stops, also_writes, votes, approvals_required } =
    request;
  const list = (words: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${words}: ${items.join(", ")}`];
  return [
    ...(proposed_by === acting_agent_id ? [] : [`It would run as ${acting_agent_id}.`]),
    ...(request.argument_notes ?? []).map((note) => `Mind: ${note}`),
    ...shownChanges(request.drift, "drift").map((change) => `Since it was asked before: ${changeText(change)}`),
    ...(request.earlier_decisions ?? []).flatMap((earlier) => earlierLines(request, earlier, called)),
    ...list("Already ran", already_ran),
    ...list("A no stops", rejection_stops),
    ...list("Also write there", also_writes),
    ...(approvals_required === 1
      ? []
      : list(
          `Approvals, of the ${approvals_required} that it takes`,
          votes.length === 0 ? ["none"] : votes.map(({ by }) => nameWithId(called, by)),
        )),
    ...(request.picture === undefined ? [] : ["The console shows a picture of the page as it stood."]),
  ];
};

const earlierLines = (request: ApprovalRequest, earlier: EarlierDecision, called: Called): string[] => {
  const { comment, changes, more_changes } = earlier;
  const why = comment === null ? "" : `: “${comment}”`;
  return [
    `Mind: ${earlierInWords(request, earlier, called)}${why}`,
    ...changes.map((change) => `  ${change.at}: ${shown(change.old)} → ${shown(change.new)}`),
    ...(more_changes === 0 ? [] : [`  and ${plural(more_changes, "more change")}`]),
  ];
};

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

const inLines = (lines: readonly string[]): string => lines.map(printable).join("\n");

export const askedText = (request: ApprovalRequest, called: Called): AskedText => {
  const { tool_name, risk_level, plan_id, step_id, proposed_by, submitted_by, expires_at } = request;
  const sources = request.argument_sources.map(
    ({ at, from, path }) => `${at} comes from the result of ${from}, ${path}`,
  );
  const said = [
    ...(request.goal === null ? [] : [`goal “${request.goal}”`]),
    ...(request.rationale === null ? [] : [`why “${request.rationale}”`]),
  ];
  const deadline = expires_at === null ? "It waits for ever." : `Open until ${expires_at}.`;
  return {
    title: printable(`${risk_level}: ${tool_name} for ${plan_id} / ${step_id}, proposed by ${proposed_by}`),
    effect: inLines([
      request.summary,
      ...shownChanges(request.changes, request.kind).map(changeText),
      ...circumstances(request, called),
      ...request.reasons.map((reason) => `Asked because: ${reason}`),
      ...(submitted_by === undefined ? [] : [`Submitted by ${nameWithId(called, submitted_by)}.`]),
      ...askedInWords(request.asked, called),
      deadline,
    ]),
    literal: inLines([
      ...`Arguments, literally: ${JSON.stringify(request.arguments, null, 1)}`.split("\n"),
      ...sources,
    ]),
    words: said.length === 0 ? "" : printable(`In the agent's own words, which nobody has checked: ${said.join(", ")}`),
    deadline,
  };
};
