import { announcedAs } from "../../../shared/execution/approval/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { askedNext, mayGoOn } from "../../../shared/execution/approval/asking.ts";
import type { Deps } from "../../deps.ts";
import { recordEscalations } from "../../records/outbox.ts";
import { standingOf } from "../../records/run-life-cycle.ts";
import { announcement } from "../pass/announcement.ts";

export type EscalateDeps = Pick<Deps, "absences" | "approvals" | "auditLog" | "bus" | "clock" | "executions">;

/** People were not told yet of the last one whom it was put to: who wrote that died before. */
const isUntold = ({ status, asked = [], told = asked.length }: ApprovalRequest): boolean =>
  status === "open" && told < asked.length;

/**
 * Puts requests that nobody opened to the next of their tool's list. On record first, with its event, then announced,
 * then marked as told: a crash in between announces it again under the same id, rather than losing it.
 * @returns how many went on to somebody
 */
export const escalate = async (deps: EscalateDeps, requests: readonly ApprovalRequest[]): Promise<number> => {
  const candidates = requests.filter((request) => isUntold(request) || mayGoOn(request));
  const [first] = candidates;
  if (first === undefined) return 0;
  const execution = await deps.executions.get(first.execution_id);
  // While a lock holds it nobody may decide: it goes on when it is taken up again.
  if (execution === undefined || standingOf(execution) !== "RUNNING") return 0;
  const absences = await deps.absences.all();
  let escalated = 0;
  for (const request of candidates) {
    const now = deps.clock.now().toISOString();
    const next = isUntold(request) ? undefined : askedNext(request, absences, now);
    if (next === undefined && !isUntold(request)) continue;
    const put =
      next === undefined
        ? request
        : await deps.approvals.update({ ...request, asked: [...(request.asked ?? []), next] });
    // A faster person has opened it, or decided it: it stays where it is.
    if (put === "moved") continue;
    await tell(deps, put);
    escalated += 1;
  }
  return escalated;
};

const tell = async (deps: EscalateDeps, request: ApprovalRequest): Promise<void> => {
  const { asked = [], told = asked.length } = request;
  await recordEscalations(deps, request);
  const events = asked.flatMap(({ name, because }, place) => {
    if (place < told || because === "first") return [];
    const from = asked.slice(0, place).flatMap((each) => (each.name === null ? [] : [each.name]));
    const to = name === null ? [] : [name];
    const detail = { ...announcement(request), id: announcedAs.escalated(request, place), from, to, because };
    return [{ type: "ApprovalEscalated" as const, detail }];
  });
  await deps.bus.publish(events);
  // Opened meanwhile: then the next sweep tells it again, under the same id.
  await deps.approvals.update({ ...request, told: asked.length });
};
