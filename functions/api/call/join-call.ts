import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { type ExecutionRecord, isSubmitter } from "../../../shared/execution/record/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { mayBeAmong } from "../../../shared/plan/same-person.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { amend } from "../../records/amend.ts";
import { recordAttached } from "../../records/outbox.ts";
import { problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

export type JoinDeps = Pick<Deps, "executions" | "approvals" | "auditLog" | "clock" | "log">;

/** More than run one agent; its record and each of its requests hold their names. */
const MOST_ATTACHED = 50;

/** Those who may join at the same moment, with room for what carries the call on meanwhile. */
const TURNS = 2 * MOST_ATTACHED;

/**
 * A person who asks for a call that another submitted is one of its submitters from then on: on record, and nobody's second
 * pair of eyes. It is written before anything is answered. A call that has concluded asks nobody any more: who comes
 * then is told its end, as the same agent's same call.
 */
export const joinCall = async (
  deps: JoinDeps,
  execution_id: string,
  submitter: string,
): Promise<Result<undefined, Problem>> => {
  const at = deps.clock.now().toISOString();
  const joined = await amend(deps)<Refusal>(
    execution_id,
    (record) => {
      if (record === undefined || isSubmitter(record, submitter)) return refuse("known");
      if (record.concluded !== null || record.status !== "RUNNING") return refuse("over");
      const attached = [...(record.attached ?? []), { by: submitter, at }];
      return attached.length > MOST_ATTACHED ? refuse("full") : accept({ ...record, attached });
    },
    TURNS,
  );
  if (joined.ok) {
    await excludeFrom(deps, joined.value, submitter);
    await recordAttached(deps, joined.value);
  } else if (joined.refusal === "full") {
    return refuse(tooMany(execution_id));
  }
  return accept(undefined);
};
type Refusal = "known" | "over" | "full";

const tooMany = (execution_id: string): Problem =>
  problemOf("too-many", `${MOST_ATTACHED} others have asked for call ${execution_id}, which is the most`, {
    limit: { name: "attached", value: MOST_ATTACHED, unit: "submitters" },
  });

/** The requests that are open say so, and it is decided by that; those that are opened later know it from the record. */
const excludeFrom = async (
  deps: Pick<Deps, "approvals">,
  { execution_id }: ExecutionRecord,
  submitter: string,
): Promise<void> => {
  for (const { approval_id } of await deps.approvals.ofExecution(execution_id)) {
    await compareAndSet(`approval ${approval_id}`, TURNS, async () => {
      const request = await deps.approvals.get(approval_id);
      if (request === undefined || !isConcerned(request, submitter)) return;
      const stored = await deps.approvals.update({ ...request, excluded: [...request.excluded, submitter] });
      return stored === "moved" ? stored : undefined;
    });
  }
};

/** Of those that exclude nobody, anybody may decide; one who voted before did so about another's call. */
const isConcerned = ({ status, excluded, votes }: ApprovalRequest, submitter: string): boolean =>
  status === "open" &&
  excluded.length > 0 &&
  !excluded.includes(submitter) &&
  !mayBeAmong(
    votes.map(({ by }) => by),
    submitter,
  );
