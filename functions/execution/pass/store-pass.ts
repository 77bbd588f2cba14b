import pMap from "p-map";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { isToFollow, waitsFor } from "../../../shared/execution/approval/approval-id.ts";
import type { LedgerKey } from "../../../shared/execution/record/ledger-row.ts";
import type { Transited } from "../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { Advance } from "../../../shared/execution/wave/advance.ts";
import type { Ask, Void } from "../../../shared/execution/wave/walk.ts";
import type { GivenLink } from "../../../shared/ports/approvals.ts";
import { Unstorable } from "../../../shared/ports/unstorable.ts";
import type { Deps } from "../../deps.ts";
import { drainOutbox } from "../../records/outbox.ts";
import { move, StepMoved } from "../step/step-context.ts";
import { type AnnounceDeps, announceClosed, announceRequests, newLink } from "./announce-requests.ts";
import { type RequestBuilder, type RequestView, requestBuilder } from "./approval-requests.ts";
import { withoutWhatIsLarge } from "./request-size.ts";

/** How many records are written at a time. */
const CONCURRENT_WRITES = 16;

export type StoreDeps = AnnounceDeps &
  Pick<Deps, "absences" | "clock" | "approvals" | "steps" | "bodies" | "agents" | "auditLog" | "ledger" | "policy">;

/**
 * Decisions have their events before anything follows from them. A request that is to be taken back is taken back
 * first, so that no decision is accepted that nothing would follow. Requests are opened when the transitions that
 * announce them are on record: a pass that comes too late asks nobody. That one is closed is told before its step
 * follows. A request that a crash in between leaves is
 * asked by the next pass, or taken back, under the same ids.
 * `rehearsed`: steps that were rehearsed since the pass before, and may have ended there.
 * @returns the execution's requests as this pass leaves them
 * @throws StepMoved when a request was decided meanwhile, or a step has moved: the pass looks again
 */
export const store = async (
  deps: StoreDeps,
  view: RequestView,
  answer: Pick<Advance, "transited" | "asks" | "voids">,
  rehearsed: ReadonlySet<string> = new Set(),
): Promise<ApprovalRequest[]> => {
  await recordDecisions(deps, view);
  const build = requestBuilder(deps, view);
  const voided = await pMap(answer.voids, (each) => voidRequest(deps, view, each, build), {
    concurrency: CONCURRENT_WRITES,
  });
  await announceClosed(deps, [
    ...closedNow(view, answer.transited, rehearsed),
    ...voided.filter(({ approval_id }) => view.approvals.has(approval_id)),
  ]);
  await pMap(byStep(answer.transited), (chain) => appendAll(deps, view, chain), { concurrency: CONCURRENT_WRITES });
  const records = new Map(answer.transited.map(({ record }) => [record.step_id, record]));
  const asking = async (ask: Ask): Promise<Asked[]> => {
    const record = records.get(ask.step_id) ?? recordIn(view, ask.step_id);
    const request = await build(ask, record);
    const link = newLink(deps, request.approval_id);
    try {
      return [{ request: await deps.approvals.open(request, link), link }];
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error;
      if (ask.kind !== "approve")
        return [{ request: await deps.approvals.open(withoutWhatIsLarge(request), link), link }];
      await endUnasked(deps, record, error);
      return [];
    }
  };
  const asked = (await pMap(answer.asks, asking, { concurrency: CONCURRENT_WRITES })).flat();
  await announceRequests(
    deps,
    asked.filter(({ request }) => request.status === "open"),
  );
  const after = [...view.approvals.values(), ...asked.map(({ request }) => request), ...voided];
  return [...new Map(after.map((request) => [request.approval_id, request])).values()];
};

type Asked = { readonly request: ApprovalRequest; readonly link: GivenLink };

const recordIn = ({ records }: Pick<RequestView, "records">, step_id: string): StepRecord => {
  const record = records.get(step_id);
  if (record === undefined) throw new RangeError(`no record of step ${step_id}`);
  return record;
};

/**
 * A request that cannot be put to a person whole is not asked, and never runs: that step ends, and no other with it.
 */
const endUnasked = async (
  deps: Pick<Deps, "steps" | "clock">,
  record: StepRecord,
  error: Unstorable,
): Promise<void> => {
  const reason = `it cannot be put to a person, and nothing was done: ${error.message}`;
  await move(deps, record, { event: "aborted", reason, changes: { ending: "failed" } });
};

const recordDecisions = async (deps: Pick<Deps, "auditLog">, view: RequestView): Promise<void> => {
  const requests = decidedNow(view);
  const { execution_id } = view.execution;
  if (requests.length === 0) return;
  await drainOutbox(deps, execution_id, { requests }, await deps.auditLog.chain(execution_id, "execution"));
};

/** Requests that were decided and that their steps have not followed yet. */
const decidedNow = (view: RequestView): ApprovalRequest[] =>
  [...view.approvals.values()].filter(({ approval_id, step_id, status }) => {
    const record = view.records.get(step_id);
    const waits = record?.phase !== "finished";
    const undecided = status === "open" || status === "expired" || status === "voided";
    return waits && record?.approval_id === approval_id && !undecided;
  });

/**
 * Requests that are closed, by whatever, and that their steps have not followed yet, or leave in this very pass: a step
 * that a lock held is rehearsed anew, and its request may be decided, or over, before it waits again, asks another, or
 * ends because it can be rehearsed no more.
 */
const closedNow = (
  view: RequestView,
  transited: readonly Transited[],
  rehearsed: ReadonlySet<string>,
): ApprovalRequest[] => {
  const moves = new Map<string, StepRecord[]>();
  for (const { record } of transited) moves.set(record.step_id, [...(moves.get(record.step_id) ?? []), record]);
  return [...view.approvals.values()].filter((request) => {
    const before = view.records.get(request.step_id);
    if (before === undefined || request.status === "open") return false;
    const { approval_id, step_id } = request;
    if (rehearsed.has(step_id) && before.phase === "finished" && before.approval_id === approval_id) return true;
    const later = moves.get(step_id) ?? [];
    return [before, ...later].some((record) => isToFollow(record, request)) || leaves(request, before, later.at(-1));
  });
};

const leaves = ({ approval_id }: ApprovalRequest, before: StepRecord, after: StepRecord | undefined): boolean =>
  after !== undefined && waitsFor(before, approval_id) && !waitsFor(after, approval_id);

const byStep = (transited: readonly Transited[]): Transited[][] => {
  const chains = new Map<string, Transited[]>();
  for (const each of transited) {
    const chain = chains.get(each.record.step_id);
    if (chain === undefined) chains.set(each.record.step_id, [each]);
    else chain.push(each);
  }
  return [...chains.values()];
};

const appendAll = async (
  deps: Pick<Deps, "steps" | "ledger">,
  view: Pick<RequestView, "ledger" | "records">,
  chain: readonly Transited[],
): Promise<void> => {
  for (const each of chain) {
    const place = endsUnsent(view, each);
    // A function that was given up may be about to send: whoever is first at the ledger's place decides.
    if (place !== undefined && !(await deps.ledger.entomb(place))) throw new StepMoved(each.record.step_id);
    if ((await deps.steps.append(each)) === "moved") throw new StepMoved(each.record.step_id);
  }
};

/** The ledger's place of a call that is said never to have been sent, of a step that stood where it could have been. */
const endsUnsent = (
  view: Pick<RequestView, "ledger" | "records">,
  { event, record }: Transited,
): LedgerKey | undefined => {
  const { execution_id, step_id } = record;
  const before = view.records.get(step_id);
  if (before?.phase !== "open") return undefined;
  const forward = before.state === "LIVE" && (event.type === "aborted" || event.type === "ceiling_fell");
  const compensation = before.state === "ROLLBACK" && event.type === "compensation_failed";
  if (!forward && !compensation) return undefined;
  const side = forward ? "forward" : "compensation";
  const sent = view.ledger.some((row) => row.step_id === step_id && row.side === side);
  return sent ? undefined : { execution_id, step_id, side };
};

/**
 * A decision that came first stands, and the step follows it. One that is not there is put there as voided: who opens
 * it later finds it so.
 */
const voidRequest = async (
  deps: Pick<Deps, "approvals">,
  view: RequestView,
  { reason, ...ask }: Void,
  build: RequestBuilder,
): Promise<ApprovalRequest> => {
  const voided = { status: "voided", decided_at: view.now, comment: reason } as const;
  const request =
    (await deps.approvals.get(ask.approval_id)) ??
    (await deps.approvals.open({ ...withoutWhatIsLarge(await build(ask, recordIn(view, ask.step_id))), ...voided }));
  if (request.status === "voided") return request;
  const updated = request.status === "open" ? await deps.approvals.update({ ...request, ...voided }) : "moved";
  if (updated === "moved") throw new StepMoved(request.step_id);
  return updated;
};
