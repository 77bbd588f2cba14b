import type { ApprovalRequest } from "../../execution/approval.ts";
import type { Case } from "../case.ts";
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
    for (const request of requests.values()) {
      checkRequest(verified, request, findings);
      checkDecisions(verified, request, findings);
      checkFourEyes(verified, request, findings);
    }
    if (requests.size < verified.record.approvals.length) findings.tampered("approvals", "a request is there twice");
    for (const event of verified.serial) {
      if (event.type !== "approval_decided" || requests.has(String(event.body.approval_id))) continue;
      findings.tampered(`execution #${event.seq}`, `it decides ${String(event.body.approval_id)}, which is not there`);
    }
    checkTransitions(verified, requests, findings);
    checkLiveCalls(verified, requests, findings);
    return requests.size;
  },
};

const requestsOf = ({ record }: Case): ReadonlyMap<string, ApprovalRequest> =>
  new Map(record.approvals.map((request) => [request.approval_id, request]));
