import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { type Called, nameWithId } from "../../shared/plan/called.ts";
import { askedInWords } from "../../shared/shown/asked.ts";

/** A request in words for a message: its parts are shown whole or not at all. */
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

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

export const askedText = (request: ApprovalRequest, called: Called): AskedText => {
  const { tool_name, risk_level, plan_id, step_id, proposed_by, submitted_by, expires_at } = request;
  const changes = request.changes.map(
    ({ record, field, old, new: now }) => `${record} ${field}: ${shown(old)} → ${shown(now)}`,
  );
  const said = [
    ...(request.goal === null ? [] : [`goal “${request.goal}”`]),
    ...(request.rationale === null ? [] : [`why “${request.rationale}”`]),
  ];
  const deadline = expires_at === null ? "It waits for ever." : `Open until ${expires_at}.`;
  return {
    title: `${risk_level}: ${tool_name} for ${plan_id} / ${step_id}, proposed by ${proposed_by}`,
    effect: [
      request.summary,
      ...changes,
      ...request.reasons.map((reason) => `Asked because: ${reason}`),
      ...(submitted_by === undefined ? [] : [`Submitted by ${nameWithId(called, submitted_by)}.`]),
      ...askedInWords(request.asked, called),
      deadline,
    ].join("\n"),
    literal: `Arguments, literally: ${JSON.stringify(request.arguments, null, 1)}`,
    words: said.length === 0 ? "" : `In the agent's own words, which nobody has checked: ${said.join(", ")}`,
    deadline,
  };
};
