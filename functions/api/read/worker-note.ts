import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { wordThatMade } from "../../../shared/execution/record/word-on-key.ts";
import { lastAsked, nobodyAsks, type WorkAnswer } from "../../../shared/execution/record/work.ts";
import type { Deps } from "../../deps.ts";

type Using = Pick<Deps, "contracts" | "work">;

/** A worker that waits asks three times a minute. */
const LATELY_SECONDS = 60;

/** The note for a decider of the workers that do the tool; undefined where there is nothing. */
export const workerNote = async (
  deps: Using,
  request: Pick<ApprovalRequest, "kind" | "status" | "tool_name" | "sent">,
  now: Date,
): Promise<string | undefined> => {
  if (request.status !== "open") return undefined;
  const binding = (await deps.contracts.get(request.tool_name))?.binding;
  if (binding?.kind !== "worker") return undefined;
  const said = await saidOf(deps, request);
  if (said !== undefined) return inWords(said);
  const last = lastAsked(request.tool_name, await deps.work.seen.ofGroup(binding.group));
  const lately = last !== undefined && now.getTime() - Date.parse(last.asked_at) < LATELY_SECONDS * 1_000;
  return lately ? undefined : nobodyAsks(binding.group, request.tool_name, last);
};

const saidOf = async (
  { work }: Using,
  { kind, sent }: Pick<ApprovalRequest, "kind" | "sent">,
): Promise<WorkAnswer | undefined> => {
  if (sent === undefined) return undefined;
  const rung = kind === "reconcile" ? "call" : "undo";
  const handed = await work.acts.handedOut({ idempotency_key: sent.idempotency_key, rung });
  return wordThatMade(handed) ?? handed.findLast(({ answer }) => answer !== undefined)?.answer;
};

const inWords = ({ worker, at, late, said }: WorkAnswer): string => {
  const error = said.outcome === "committed" ? "" : `: ${said.error}`;
  return `worker ${worker} said ${said.outcome} at ${at}${late ? ", after its time" : ""}${error}`;
};
