import { outputReached } from "../../../shared/execution/record/mode-reached.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Deps } from "../../deps.ts";
import { linksOf, pageOfRequest } from "../http/links.ts";
import type { CallReply } from "../schemas.ts";
import { type LoadedCall, placeOfCall } from "./load-call.ts";

export type ReplyDeps = Pick<Deps, "bodies" | "askedCalls">;

/** Said in a reply beside how the call stands. */
export type Beside = {
  readonly attached: boolean;
  readonly warnings: readonly string[];
  /** Where this API is reached, without a slash at its end. */
  readonly origin: string;
  readonly signal: AbortSignal | undefined;
};

/**
 * The reply about a call. An agent that is told the end waits for it no more: from then on the same call is a new one.
 * One that has gone was told nothing.
 */
export const replyToCall = async (deps: ReplyDeps, loaded: LoadedCall, beside: Beside): Promise<CallReply> => {
  const { answer, execution, record, submission } = loaded;
  const { attached, origin, signal } = beside;
  const warnings = [...submission.warnings, ...beside.warnings, ...(await editedInWords(deps, record))];
  const shared = { attached, warnings, links: linksOf(execution.execution_id) };
  if (answer.outcome === "waiting") {
    const { approval_id } = answer;
    const approval_url = approval_id === null ? null : origin + pageOfRequest(approval_id);
    return { ...answer, approval_url, ...shared };
  }
  const output = outputReached(record);
  const reply: CallReply =
    answer.outcome === "done"
      ? { ...answer, output: output === null ? null : await deps.bodies.get(output), ...shared }
      : { ...answer, ...shared };
  if (signal?.aborted !== true) {
    const place = placeOfCall(loaded.contract, loaded.step, execution.config);
    await deps.askedCalls.release({ ...place, execution_id: execution.execution_id });
  }
  return reply;
};

/** Longer arguments are cut: what was done stands whole in the record. */
const WORDS_OF_ARGUMENTS = 2_000;

/** An agent that is told that its call was done takes it for the one that it asked for. */
const editedInWords = async (
  { bodies }: Pick<ReplyDeps, "bodies">,
  { edited_arguments, last_edited_by }: LoadedCall["record"],
): Promise<string[]> => {
  if (edited_arguments === null) return [];
  const args = cutText(JSON.stringify(await bodies.get(edited_arguments)), WORDS_OF_ARGUMENTS);
  return [`${last_edited_by ?? "a person"} changed its arguments, and it is about these only: ${args}`];
};
