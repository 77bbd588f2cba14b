import pMap from "p-map";
import { RISK_LEVELS } from "../../../shared/contracts/tool-contract.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { hasExpired } from "../../../shared/execution/approval/expiry.ts";
import { type Called, NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Listing } from "../../../shared/ports/executions.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import { isToDecide } from "../../../shared/shown/settling.ts";
import type { Deps } from "../../deps.ts";
import { earlierNow } from "../../records/earlier-now.ts";
import { ownersNow } from "../../records/owners-now.ts";
import type { Caller } from "../http/caller.ts";
import type { ApprovalQuery, ApprovalQueue, ApprovalView } from "../schemas.ts";
import { approvalViewOf } from "./approval-view.ts";

type Using = Pick<Deps, "approvals" | "steps" | "locks" | "agents" | "clock">;

/** Requests read from the store at a time; a page ends between two such portions. */
const PORTION = 20;

/** A page that is larger ends: with one more portion of the largest requests it still fits into an answer. */
const LARGE_PAGE_BYTES = 1_048_576;

const STEPS_READ_AT_A_TIME = 16;

const fits = (query: ApprovalQuery) => (view: ApprovalView) =>
  (query.agent === undefined || view.proposed_by === query.agent || view.acting_agent_id === query.agent) &&
  (query.tool === undefined || view.tool_name === query.tool) &&
  (query.risk === undefined || view.risk_level === query.risk) &&
  (query.plan === undefined || view.plan_id === query.plan) &&
  (query.mine === "false" || isToDecide(view));

/**
 * Requests for people, grouped by plan: the plan with the soonest expiry first, then the one of highest risk, and so
 * inside a plan. Requests that never expire come last. Requests that have expired are not listed as open: nobody can decide them,
 * though one whose step a lock held is closed only by its resume. @throws InvalidPageToken
 */
export const approvalQueue =
  (deps: Using) =>
  async (
    query: ApprovalQuery,
    caller: Pick<Caller, "name" | "scopes">,
    called: Called = NOBODY_NAMED,
  ): Promise<ApprovalQueue> => {
    const now = deps.clock.now().toISOString();
    const locks = await deps.locks.all();
    const known = new Map<string, Promise<string[]>>();
    /** Many requests of one agent are one look at the registry. */
    const ownersOf = (request: ApprovalRequest): Promise<string[]> => {
      const agents = `${request.proposed_by} ${request.acting_agent_id}`;
      const owners = known.get(agents) ?? ownersNow(deps, request);
      known.set(agents, owners);
      return owners;
    };
    const found: ApprovalView[] = [];
    const unreadable: string[] = [];
    let bytes = 0;
    let next: string | null = query.next ?? null;
    do {
      const limit = Math.min(PORTION, query.limit - found.length);
      const portion = await readPortion(deps, query, limit, next);
      const view = async (request: ApprovalRequest): Promise<ApprovalView> => {
        const record = await unlessDamaged(
          () => deps.steps.get(request.execution_id, request.step_id),
          () => undefined,
        );
        return approvalViewOf(request, caller, now, { record, locks, owners: await ownersOf(request), called });
      };
      const open = query.status === "open";
      const listed = portion.items.filter((request) => !open || !hasExpired(request, now));
      const views = await pMap(await earlierNow(deps, listed), view, { concurrency: STEPS_READ_AT_A_TIME });
      const fitting = views.filter(fits(query));
      found.push(...fitting);
      unreadable.push(...portion.unreadable);
      bytes += fitting.reduce((sum, view) => sum + Buffer.byteLength(JSON.stringify(view)), 0);
      next = portion.next;
    } while (next !== null && found.length < query.limit && bytes < LARGE_PAGE_BYTES);
    return { plans: byPlan(found), count: found.length, unreadable, next };
  };

type Portion = Listing<ApprovalRequest>;

const readPortion = async (
  deps: Using,
  { status, execution }: ApprovalQuery,
  limit: number,
  next: string | null,
): Promise<Portion> => {
  if (execution === undefined) return deps.approvals.list({ status, limit, next });
  const { items: all, unreadable } = await deps.approvals.readable(execution);
  const after = next === null ? "" : fromMark(next);
  const rest = all
    .filter((request) => request.status === status)
    .map((request) => ({ request, key: `${request.expires_at ?? "never"}#${request.approval_id}` }))
    .filter(({ key }) => key > after)
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const page = firstOf(rest.slice(0, limit));
  const last = page.at(-1);
  return {
    items: page.map(({ request }) => request),
    unreadable: next === null ? unreadable : [],
    next: last !== undefined && rest.length > page.length ? toMark(last.key) : null,
  };
};

/** The first of them that are not too many for an answer, and one at least: each may have 400 KB. */
const firstOf = <Found extends { request: ApprovalRequest }>(found: readonly Found[]): Found[] => {
  let bytes = 0;
  return found.filter(({ request }, place) => {
    bytes += Buffer.byteLength(JSON.stringify(request));
    return place === 0 || bytes <= 2 * LARGE_PAGE_BYTES;
  });
};

const toMark = (key: string): string => Buffer.from(key).toString("base64url");

const fromMark = (mark: string): string => {
  const key = Buffer.from(mark, "base64url").toString();
  if (!key.includes("#") || toMark(key) !== mark) throw new InvalidPageToken(mark);
  return key;
};

const expiry = ({ expires_at }: ApprovalView): number =>
  expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(expires_at);

const compare = (one: number, other: number): number => (one === other ? 0 : one - other);

const bySoonestThenRiskiest = (one: ApprovalView, other: ApprovalView): number =>
  compare(expiry(one), expiry(other)) ||
  RISK_LEVELS.indexOf(other.risk_level) - RISK_LEVELS.indexOf(one.risk_level) ||
  (one.approval_id < other.approval_id ? -1 : 1);

const byPlan = (views: readonly ApprovalView[]): ApprovalQueue["plans"] => {
  const groups = Map.groupBy(views, ({ execution_id, plan_id }) => `${execution_id}/${plan_id}`);
  const sorted = [...groups.values()].map((group) => {
    const [first, ...rest] = [...group].sort(bySoonestThenRiskiest);
    return first === undefined ? [] : [first, ...rest];
  });
  return sorted
    .flatMap((approvals) =>
      approvals.slice(0, 1).map((first) => ({ first, approvals, urgent: mostUrgent(approvals, first) })),
    )
    .sort((one, other) => bySoonestThenRiskiest(one.urgent, other.urgent))
    .map(({ first, approvals }) => ({
      execution_id: first.execution_id,
      plan_id: first.plan_id,
      goal: first.goal,
      soonest_expiry: first.expires_at,
      approvals,
    }));
};

/** A plan stands where its soonest expiry and its highest risk put it. */
const mostUrgent = (approvals: readonly ApprovalView[], first: ApprovalView): ApprovalView => {
  const riskiest = approvals.reduce(
    (most, { risk_level }) => (RISK_LEVELS.indexOf(risk_level) > RISK_LEVELS.indexOf(most) ? risk_level : most),
    first.risk_level,
  );
  return { ...first, risk_level: riskiest };
};
