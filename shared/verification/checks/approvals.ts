import type { ApprovalRequest } from "../../execution/approval/approval.ts";
import { type Case, placeOf } from "../case.ts";
import { checkDecisions } from "./approvals/decisions.ts";
import { checkFourEyes } from "./approvals/four-eyes.ts";
import { checkLiveCalls } from "./approvals/live-calls.ts";
import { checkRequest } from "./approvals/request.ts";
import { checkTransitions } from "./approvals/step-transitions.ts";
import type { Check } from "./check.ts";

/**
 * Every LIVE write that needs people had them: enough votes, of different people, none of them excluded, for the digest
 * that ran; and every decision has its event in the serial chain, as every such event has its decision.
 */
export const approvals: Check = {
  name: "approvals",
  run: (verified, findings) => {
    const requests = requestsOf(verified);
    const decisions = Map.groupBy(
      verified.serial.filter(({ type }) => type === "approval_decided"),
      ({ body }) => String(body.approval_id),
    );
    for (const request of requests.values()) {
      checkRequest(verified, request, findings);
      checkDecisions(verified, request, decisions.get(request.approval_id) ?? [], findings);
      checkFourEyes(verified, request, findings);
    }
    if (requests.size < verified.record.approvals.length) findings.tampered("approvals", "a request is there twice");
    for (const [approval_id, [event]] of decisions) {
      if (event === undefined || requests.has(approval_id)) continue;
      const find = verified.mayBeNewer(event) ? findings.incomplete : findings.tampered;
      find(placeOf(event), `it decides ${approval_id}, which is not there`);
    }
    checkTransitions(verified, requests, findings);
    checkLiveCalls(verified, requests, findings);
    return requests.size;
  },
};

const requestsOf = ({ record }: Case): ReadonlyMap<string, ApprovalRequest> =>
  new Map(record.approvals.map((request) => [request.approval_id, request]));
