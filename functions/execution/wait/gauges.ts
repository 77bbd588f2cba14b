import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { isStillOpen } from "../../../shared/execution/approval/expiry.ts";
import { EXPIRING_WITHIN_SECONDS, type GAUGES } from "../../../shared/health/telemetry.ts";
import type { Deps } from "../../deps.ts";

export type GaugeDeps = Pick<Deps, "approvals" | "clock" | "locks">;

type Gauges = { readonly [name in (typeof GAUGES)[number]]: number };

/** How many requests are read at a time. */
const PAGE = 100;

/** How things stand now: what waits for people, for how long, what nobody knows, and whether a lock is held. */
export const measureGauges = async (deps: GaugeDeps): Promise<Gauges> => {
  const now = deps.clock.now().getTime();
  const [open, locks] = await Promise.all([openRequests(deps, new Date(now).toISOString()), deps.locks.all()]);
  const ages = open.map(({ created_at }) => Math.max(0, now - Date.parse(created_at)) / 1000);
  const ofKind = (...kinds: readonly ApprovalRequest["kind"][]): number =>
    open.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    approvals_waiting: open.length,
    approvals_oldest_seconds: ages.reduce((oldest, age) => Math.max(oldest, age), 0),
    approvals_expiring: open.filter((request) => isExpiring(request, now)).length,
    outcomes_indeterminate: ofKind("reconcile", "reconcile_undo"),
    compensations_failed: ofKind("undo_failed"),
    undos_asked: ofKind("undo"),
    lock_held: locks.length > 0 ? 1 : 0,
  };
};

const isExpiring = ({ expires_at }: ApprovalRequest, now: number): boolean =>
  expires_at !== null && Date.parse(expires_at) - now <= EXPIRING_WITHIN_SECONDS * 1000;

const openRequests = async ({ approvals }: Pick<Deps, "approvals">, now: string): Promise<ApprovalRequest[]> => {
  const open: ApprovalRequest[] = [];
  let next: string | null = null;
  do {
    const page = await approvals.list({ status: "open", limit: PAGE, next });
    // The listing may lag behind what it lists.
    open.push(...page.items.filter((request) => isStillOpen(request, now)));
    next = page.next;
  } while (next !== null);
  return open;
};
