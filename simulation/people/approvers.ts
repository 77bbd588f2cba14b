import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { decideApproval } from "../../functions/api/act/decide-approval.ts";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { extendApproval } from "../../functions/api/act/extend-approval.ts";
import { type ApprovalRequest, approvalRequest } from "../../shared/execution/approval/approval.ts";
import type { Decision, DecisionWord } from "../../shared/execution/approval/decide.ts";
import { EVERYBODY } from "../names.ts";
import type { Answer } from "../plans/acts.ts";
import type { World } from "../world.ts";

/** The answers of people to a request as it is now; nothing leaves it open until it expires. */
export type Habits = (request: ApprovalRequest) => readonly Answer[];

/** A person who answers does not give up: until it is decided, by whomever. */
const MOST_ATTEMPTS = 8;

/** People see every request and every vote, and act on it as their habits are. */
export const letPeopleAnswer = (world: World, habits: Habits): void => {
  world.onWritten(({ after }) => {
    if (after?.status !== "open" || !after.pk.startsWith(`${PARTITIONS.approval}EXEC#`)) return;
    const request = readBody(approvalRequest, after);
    for (const answer of habits(request)) {
      world.scheduler.after(answer.after_seconds * 1000, () => {
        give(world, request, answer).catch((error: unknown) => world.scheduler.fail(error));
      });
    }
  });
};

const give = async (world: World, request: ApprovalRequest, { by, word }: Answer): Promise<void> => {
  if (word === "extend") {
    await world.insist(`${by} extends`, (deps) => extendApproval(deps)(request.approval_id, { seconds: 600 }, by));
    return;
  }
  const said = word === "look" ? truthOf(world, request) : word;
  await decideAs(world, request.approval_id, by, said, request.digest);
};

/** One decision, by somebody who may do it: whoever may not asks the next. */
export const decideAs = async (
  world: World,
  approval_id: string,
  first: string,
  word: DecisionWord,
  digest: string,
): Promise<void> => {
  const others = EVERYBODY.filter((name) => name !== first);
  let by = first;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const decided = await world.insist(`${by}: ${word}`, async (deps) => {
      const result = await decideApproval(deps)(approval_id, decisionOf(word, digest), by, false);
      if (result.ok) await tellExecution(deps, result.value);
      return result;
    });
    if (decided.ok) return;
    const { reason } = decided.refusal;
    if (reason === "locked") await new Promise<void>((resolve) => world.scheduler.after(120_000, resolve));
    else if (reason === "four_eyes" || reason === "voted_already") by = others.shift() ?? first;
    else return;
  }
};

const decisionOf = (word: DecisionWord, digest: string): Decision => ({
  decision: word,
  digest,
  comment: word === "approve" ? null : "because",
  arguments: word === "edit" ? { id: "a", value: "edited" } : null,
});

/** A person who looks at the service knows what really happened. */
export const truthOf = (world: World, request: ApprovalRequest): DecisionWord => {
  const side = request.kind === "reconcile" ? "forward" : "compensation";
  return world.service.effects(request, side) > 0 ? "happened" : "did_not_happen";
};
