import type { ApprovalRequest } from "../../../execution/approval/approval.ts";
import { mayBeAmong } from "../../../plan/same-person.ts";
import type { Case } from "../../case.ts";
import type { Findings } from "../../finding.ts";

/**
 * Each person once, nobody who is excluded: submitter, owners of the agents (when it was submitted, and when it was
 * asked), last editor; nor who asked for the same call while it went on. Names that look alike count as one person's, as they do when somebody decides.
 */
export const checkFourEyes = (verified: Case, request: ApprovalRequest, findings: Findings): void => {
  const where = `approval ${request.approval_id}`;
  const voters = request.votes.map(({ by }) => by);
  if (voters.some((voter, index) => mayBeAmong(voters.slice(0, index), voter)))
    findings.tampered(where, "somebody voted twice");
  const rules = request.kind !== "approve" || request.risk_level === "HIGH";
  if (!rules) return;
  const submitter = verified.serial.find(({ type }) => type === "submitted")?.actor;
  if (submitter !== undefined && !request.excluded.includes(submitter)) {
    findings.tampered(where, `it does not exclude ${submitter}, who submitted the execution`);
  }
  const excluded = [...request.excluded, ...ownersOf(verified, request), ...editorOf(verified, request)];
  if (submitter !== undefined) excluded.push(submitter);
  const deciders = request.kind === "approve" ? voters : [request.decided_by];
  for (const person of new Set(deciders)) {
    if (person !== null && mayBeAmong(excluded, person)) {
      findings.tampered(where, `${person} decided it and was excluded: submitter, owner of the agent or last editor`);
    }
  }
  for (const { by, at } of request.kind === "approve" ? request.votes : decisionOf(request)) {
    if (mayBeAmong(attachedBefore(verified, at), by)) {
      findings.tampered(where, `${by} decided it after asking for the same call, as one of its submitters`);
    }
  }
};

const decisionOf = ({ decided_by: by, decided_at: at }: ApprovalRequest) =>
  by === null || at === null ? [] : [{ by, at }];

/** Clocks of two machines are so far apart at most: who did both within that time may have decided first. */
const CLOCKS_APART_MS = 600_000;

const attachedBefore = ({ serial }: Case, at: string): string[] =>
  serial
    .filter((event) => event.type === "attached" && Date.parse(event.at) + CLOCKS_APART_MS < Date.parse(at))
    .map(({ actor }) => actor);

const ownersOf = ({ submission, scheduled }: Case, { step_id }: ApprovalRequest): string[] => {
  const step = scheduled.get(step_id);
  const acting = [step?.agent_id, step?.acting_agent_id];
  return submission?.agents.filter(({ agent_id }) => acting.includes(agent_id)).map(({ owner }) => owner) ?? [];
};

const editorOf = ({ steps }: Case, { step_id, approval_id }: ApprovalRequest): string[] => {
  const asked = steps.get(step_id)?.transitions.find(({ after }) => after.approval_id === approval_id);
  const editor = asked?.before.last_edited_by ?? null;
  return editor === null ? [] : [editor];
};
