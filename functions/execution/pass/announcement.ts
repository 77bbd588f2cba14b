import { announcedAs } from "../../../shared/execution/approval/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { namesAsked } from "../../../shared/execution/approval/asking.ts";

/** A request as the bus tells of it: what finds it and how urgent it is, none of its content. */
export const announcement = (request: ApprovalRequest) => ({
  id: announcedAs.requested(request),
  approval_id: request.approval_id,
  kind: request.kind,
  execution_id: request.execution_id,
  plan_id: request.plan_id,
  step_id: request.step_id,
  tool_name: request.tool_name,
  risk_level: request.risk_level,
  expires_at: request.expires_at,
  to: namesAsked(request),
});
