import { PARTITIONS } from "../../functions/adapters/table/keys.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { approvalRequest } from "../../shared/execution/approval.ts";
import { AGENT_OWNER, SUBMITTER } from "../people/names.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "four-eyes";
const check = checker(name);

export const fourEyes: Invariant = {
  name,
  promise:
    "A HIGH step is never approved, and an unknown outcome never settled, by who submitted it, owns its agent or last edited it.",
  watch: () => {
    const editors = new Map<string, string>();
    return {
      written: ({ after }) => {
        if (after?.status === undefined || !after.pk.startsWith(`${PARTITIONS.approval}EXEC#`)) return;
        const request = readBody(approvalRequest, after);
        const step = `${request.execution_id}/${request.step_id}`;
        if (request.status === "edited" && request.decided_by !== null) editors.set(step, request.decided_by);
        const needed = request.kind !== "approve" || request.risk_level === "HIGH";
        if (!needed || !DECIDED.has(request.status)) return;
        const excluded = [SUBMITTER, AGENT_OWNER, editors.get(step)];
        for (const by of [...request.votes.map((vote) => vote.by), request.decided_by]) {
          check(by === null || !excluded.includes(by), () => `${by} decided ${request.kind} of ${step}`);
        }
      },
    };
  },
};

const DECIDED: ReadonlySet<string> = new Set(["open", "approved", "happened", "did_not_happen", "undone", "accepted"]);
