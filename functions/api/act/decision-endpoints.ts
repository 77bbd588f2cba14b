import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { earlierNowOf } from "../../records/earlier-now.ts";
import { ownersNow } from "../../records/owners-now.ts";
import type { Caller } from "../http/caller.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";
import { byId } from "../http/paths.ts";
import { approvalViewOf } from "../read/approval-view.ts";
import { approvalView, decisionBody, decisionResults, decisionsBody, extendBody } from "../schemas.ts";
import { act } from "./acting.ts";
import { decideApproval } from "./decide-approval.ts";
import { decideMany, tellExecution } from "./decide-many.ts";
import { extendApproval } from "./extend-approval.ts";

const decides = { ...act, scopes: ["approvals:decide"] } as const;

const asSeen = async (deps: Deps, request: ApprovalRequest, caller: Caller) => {
  const [shown, record, locks, owners, called] = await Promise.all([
    earlierNowOf(deps, request),
    deps.steps.get(request.execution_id, request.step_id),
    deps.locks.all(),
    ownersNow(deps, request),
    calledNow(deps),
  ]);
  return approvalViewOf(shown, caller, deps.clock.now().toISOString(), { record, locks, owners, called });
};

/** People decide requests, or give them more time. */
export const decisionEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...decides,
      path: "/approvals/{id}/decision",
      summary: "Decide a request",
      description:
        "`digest` is that of the request as it was seen. `edit` needs the whole `arguments`; `edit` and `reject` need a comment. No digest covers `earlier_decisions`, which are as they stand when the request is read.",
      params: byId,
      body: decisionBody,
      reply: approvalView,
    },
    async ({ params, body, caller }) => {
      const { decision, digest, comment = null, arguments: args = null } = body;
      const given = { decision, digest, comment, arguments: args };
      const decided = await decideApproval(deps)(params.id, given, caller.name, false, await calledNow(deps));
      if (!decided.ok) return decided;
      await tellExecution(deps, decided.value);
      return accept({ body: await asSeen(deps, decided.value, caller) });
    },
  ),
  endpoint(
    {
      ...decides,
      path: "/approvals/decisions",
      summary: "Decide many requests, each by itself",
      description: "HIGH ones only where the caller opened each (GET /approvals/{id}).",
      body: decisionsBody,
      reply: decisionResults,
      maxBytes: MAX_BODY_BYTES,
    },
    async ({ body, caller }) => accept({ body: await decideMany(deps)(body, caller.name, await calledNow(deps)) }),
  ),
  endpoint(
    {
      ...decides,
      path: "/approvals/{id}/extend",
      summary: "Give an open request more time",
      params: byId,
      body: extendBody,
      reply: approvalView,
    },
    async ({ params, body, caller }) => {
      const extended = await extendApproval(deps)(params.id, body, caller.name);
      return extended.ok ? accept({ body: await asSeen(deps, extended.value, caller) }) : extended;
    },
  ),
];
