import type { ApprovalView } from "../../functions/api/schemas.ts";
import { isToDecide } from "../../shared/shown/settling.ts";
import type { Queued } from "../client/queued.ts";

/** The part of the queue that is looked at, as it stands in the address. */
export type Filter = {
  readonly agent: string | null;
  readonly tool: string | null;
  readonly risk: string | null;
  readonly execution: string | null;
  /** Only what this person may approve or settle. */
  readonly mine: boolean;
  readonly sort: "expiry" | "risk";
};

export type PlanGroup = {
  readonly execution_id: string;
  readonly plan_id: string;
  readonly goal: string | null;
  readonly requests: readonly Queued[];
};

export const filterIn = (query: URLSearchParams): Filter => ({
  agent: query.get("agent"),
  tool: query.get("tool"),
  risk: query.get("risk"),
  execution: query.get("execution"),
  mine: query.get("mine") === "true",
  sort: query.get("sort") === "risk" ? "risk" : "expiry",
});

/** As it stands in an address: nothing where nothing is filtered. */
export const queryOf = (filter: Filter): string => {
  const given = new URLSearchParams();
  if (filter.agent !== null) given.set("agent", filter.agent);
  if (filter.tool !== null) given.set("tool", filter.tool);
  if (filter.risk !== null) given.set("risk", filter.risk);
  if (filter.execution !== null) given.set("execution", filter.execution);
  if (filter.mine) given.set("mine", "true");
  if (filter.sort === "risk") given.set("sort", "risk");
  return given.size === 0 ? "" : `?${given}`;
};

export const fits = (filter: Filter, request: ApprovalView): boolean =>
  (filter.agent === null || request.proposed_by === filter.agent || request.acting_agent_id === filter.agent) &&
  (filter.tool === null || request.tool_name === filter.tool) &&
  (filter.risk === null || request.risk_level === filter.risk) &&
  (filter.execution === null || request.execution_id === filter.execution) &&
  (!filter.mine || isToDecide(request));

const WEIGHT: Readonly<Record<string, number>> = { HIGH: 2, MEDIUM: 1, LOW: 0 };
const weightOf = ({ risk_level }: ApprovalView): number => WEIGHT[risk_level] ?? 0;
const expiryOf = ({ expires_at }: ApprovalView): number =>
  expires_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(expires_at);

type Order = (one: ApprovalView, other: ApprovalView) => number;

const ORDERS: Readonly<Record<Filter["sort"], Order>> = {
  expiry: (one, other) => expiryOf(one) - expiryOf(other) || weightOf(other) - weightOf(one),
  risk: (one, other) => weightOf(other) - weightOf(one) || expiryOf(one) - expiryOf(other),
};

/** Requests by plan. A plan stands where the first of its requests puts it. */
export const byPlan = (requests: readonly Queued[], sort: Filter["sort"]): PlanGroup[] => {
  const sorted = requests.toSorted(ORDERS[sort]);
  const groups = Map.groupBy(sorted, ({ execution_id, plan_id }) => `${execution_id}/${plan_id}`);
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ execution_id, plan_id, goal }) => ({
      execution_id,
      plan_id,
      goal: goal?.text ?? null,
      requests: group,
    })),
  );
};

/** The names that stand in the queue, for who picks one. */
export const namesIn = (requests: readonly ApprovalView[]) => ({
  agents: [...new Set(requests.flatMap(({ proposed_by, acting_agent_id }) => [proposed_by, acting_agent_id]))].sort(),
  tools: [...new Set(requests.map(({ tool_name }) => tool_name))].sort(),
});
