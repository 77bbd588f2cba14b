import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { Lock } from "../../../shared/execution/lock/lock.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { digestOf } from "../../../shared/plan/digest.ts";

/**
 * A digest of all that a pass knew of the things that others decide: requests, the execution's own requests, locks, the
 * deployment's switch. A wait that begins when this has changed would wait for something that has already happened. The
 * switch counts where it is off: so what waits for people under LIVE is known as the release before wrote it down.
 * "seen" is the word of the releases before: it is part of digests on record.
 */
export const waitFingerprint = (
  execution: Pick<ExecutionRecord, "version">,
  approvals: Iterable<Pick<ApprovalRequest, "approval_id" | "version">>,
  locks: readonly Pick<Lock, "lock_id" | "locked_at">[],
  live_enabled: boolean,
): string =>
  digestOf("seen", {
    execution: execution.version,
    approvals: [...approvals].map(({ approval_id, version }) => `${approval_id}@${version}`).sort(),
    locks: locks.map(({ lock_id, locked_at }) => `${lock_id}@${locked_at}`).sort(),
    ...(live_enabled ? {} : { live_enabled }),
  });
