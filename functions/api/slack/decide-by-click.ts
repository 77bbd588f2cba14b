import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { Called } from "../../../shared/plan/called.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { earlierInWords } from "../../../shared/shown/earlier.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { earlierNowOf } from "../../records/earlier-now.ts";
import { closedMessage, inPlace, isDecidedByClick, openElsewhere, ownMessage } from "../../webhooks/slack-message.ts";
import { decideApproval } from "../act/decide-approval.ts";
import { tellExecution } from "../act/decide-many.ts";
import type { Click } from "./interaction.ts";

export type ClickDeps = Parameters<typeof decideApproval>[0] &
  Parameters<typeof tellExecution>[0] &
  Pick<Deps, "callerNames" | "policy">;

const STRANGER =
  "you are nobody that Buddy knows here: whoever runs it names you among its people of Slack (slack_people), by";

/**
 * Decides in the name of the person that a member of Slack is, as the setting says at this moment: by the same rules as
 * everywhere, four eyes and the digest of what the message showed among them.
 * @returns the answer to the click: in place of the message, or for who clicked alone
 */
export const decideByClick = async (
  deps: ClickDeps,
  { slack_user, decision, approval_id, digest, open_elsewhere, comment: words }: Click,
): Promise<JsonObject> => {
  const people = deps.policy.slack_people ?? {};
  const person = Object.hasOwn(people, slack_user) ? people[slack_user] : undefined;
  if (person === undefined) return ownMessage(`Nothing was decided: ${STRANGER} ${slack_user}.`);
  const request = await deps.approvals.get(approval_id);
  if (request === undefined) return ownMessage("Nothing was decided: this request does not exist.");
  if (request.status === "open" && !isDecidedByClick(request)) {
    return ownMessage(`Nothing was decided: it is decided in the console, or by buddy approvals ${approval_id}.`);
  }
  const called = await calledNow(deps);
  if (request.status === "open" && decision === "approve" && open_elsewhere !== undefined) {
    const shown = await earlierNowOf(deps, request);
    if (openElsewhere(shown) !== open_elsewhere) return ownMessage(toldSince(shown, called));
  }
  const how = `${decision === "reject" ? "rejected" : "approved"} in Slack by ${slack_user}`;
  const comment = words === undefined ? how : `${words} (${how})`;
  const given = { decision, digest, comment, arguments: null };
  const decided = await decideApproval(deps)(approval_id, given, person, false, called);
  if (decided.ok) {
    await tellExecution(deps, decided.value);
    const { votes, approvals_required, status } = decided.value;
    if (status !== "open") return inPlace(closedMessage(decided.value, called));
    return ownMessage(`Your approval counts: ${votes.length} of ${approvals_required}.`);
  }
  const now = await deps.approvals.get(approval_id);
  if (now !== undefined && now.status !== "open") return inPlace(closedMessage(now, called));
  return ownMessage(`Nothing was decided: ${decided.refusal.detail}`);
};

/** The message still says that the same call is being asked about elsewhere, and that is no longer so. */
const toldSince = (request: ApprovalRequest, called: Called): string => {
  const decided = (request.earlier_decisions ?? [])
    .filter(({ status }) => status !== "open")
    .map((earlier) => earlierInWords(request, earlier, called));
  const now = decided.length === 0 ? "the same call is not asked about elsewhere any more" : decided.join("; ");
  return `Nothing was decided, because this message is not up to date: ${now}. It is decided in the console, or by buddy approvals ${request.approval_id}.`;
};
