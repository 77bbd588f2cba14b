import { executionKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { approvalRequest } from "../../shared/execution/approval/approval.ts";
import { executionRecord } from "../../shared/execution/record/execution-record.ts";
import { AGENT_OWNER } from "../names.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "four-eyes";
const check = checker(name);

const RECORD = executionKey("").sk;

export const fourEyes: Invariant = {
  name,
  promise:
    "A HIGH step is never approved, and an unknown outcome never settled, by who submitted it, asked for the same call while it went on, owns its agent or last edited it.",
  watch: ({ now }) => {
    const editors = new Map<string, string>();
    /** By execution's record, as it came to be. */
    const submitters = new Map<string, string>();
    /** By execution and person: when they were told that the call they asked for goes on. */
    const attached = new Map<string, number>();
    const attachedBefore = (execution_id: string, by: string): boolean =>
      (attached.get(`${execution_id} ${by}`) ?? Number.POSITIVE_INFINITY) + REQUEST_MS < now();
    return {
      written: ({ before, after }) => {
        if (before === undefined && after?.sk === RECORD && after.pk.startsWith(PARTITIONS.execution)) {
          const { execution_id, submitted_by } = readBody(executionRecord, after);
          submitters.set(execution_id, submitted_by);
        }
        if (after?.status === undefined || !after.pk.startsWith(`${PARTITIONS.approval}EXEC#`)) return;
        const request = readBody(approvalRequest, after);
        const step = `${request.execution_id}/${request.step_id}`;
        if (request.status === "edited" && request.decided_by !== null) editors.set(step, request.decided_by);
        const needed = request.kind !== "approve" || request.risk_level === "HIGH";
        if (!needed || !DECIDED.has(request.status)) return;
        const excluded = [submitters.get(request.execution_id), AGENT_OWNER, editors.get(step)];
        for (const by of [...request.votes.map((vote) => vote.by), request.decided_by]) {
          check(by === null || !excluded.includes(by), () => `${by} decided ${request.kind} of ${step}`);
        }
        const stood = before && readBody(approvalRequest, before);
        const last = request.votes.length > (stood?.votes.length ?? 0) ? request.votes.at(-1)?.by : request.decided_by;
        const asked = last != null && attachedBefore(request.execution_id, last);
        check(!asked, () => `${last}, who asked for it as well, decided ${request.kind} of ${step}`);
      },
      told: ({ by, call_id, waits }) => {
        const place = `${call_id} ${by}`;
        if (waits && !attached.has(place)) attached.set(place, now());
      },
    };
  },
};

/** A decision is judged by what stands when its request comes in, which is answered within this time. */
const REQUEST_MS = 60_000;

const DECIDED: ReadonlySet<string> = new Set(["open", "approved", "happened", "did_not_happen", "undone", "accepted"]);
