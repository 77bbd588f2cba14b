import { writes } from "../../../shared/contracts/tool-contract.ts";
import { outputReached } from "../../../shared/execution/record/mode-reached.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Deps } from "../../deps.ts";
import { linksOf, pageOfRequest } from "../http/links.ts";
import type { CallReply } from "../schemas.ts";
import { type LoadedCall, placeOfCall } from "./load-call.ts";

export type ReplyDeps = Pick<Deps, "bodies" | "askedCalls" | "clock" | "consoleUrl" | "policy">;

/** Some clients give up after ten seconds, and the answer is on its way for some of them. */
const SURELY_WAITS_MS = 8_000;

/** Said in a reply beside how the call stands. */
export type Beside = {
  readonly attached: boolean;
  readonly warnings: readonly string[];
  /** Where this API is reached, without a slash at its end. */
  readonly origin: string;
  readonly signal: AbortSignal | undefined;
  /**
   * When the request came that this answers, in milliseconds since 1970; undefined where the same request is known
   * again by its key.
   */
  readonly since: number | undefined;
  /** Whether it goes to who asked for the call. Another who looks at it takes nothing from them. */
  readonly asker: boolean;
};

/**
 * The reply about a call. An agent that is told the end waits for it no more: from then on the same call is a new one.
 * One that has gone was told nothing; where nobody notices that, one that waited long may have, and the end of what it
 * wrote is kept for it.
 */
export const replyToCall = async (deps: ReplyDeps, loaded: LoadedCall, beside: Beside): Promise<CallReply> => {
  const { answer, execution, record, submission } = loaded;
  const { attached, origin } = beside;
  const warnings = [...submission.warnings, ...beside.warnings, ...(await editedInWords(deps, record))];
  const shared = { attached, warnings, links: linksOf(execution.execution_id) };
  if (answer.outcome === "waiting") {
    const { approval_id } = answer;
    // People sign in at the console's own address: another name of the same machine would not let them in.
    const at = deps.consoleUrl();
    const console = at === null ? origin : new URL(at).origin;
    const approval_url = approval_id === null ? null : console + pageOfRequest(approval_id);
    return { ...answer, approval_url, ...shared };
  }
  const output = outputReached(record);
  const reply: CallReply =
    answer.outcome === "done"
      ? { ...answer, output: output === null ? null : await deps.bodies.get(output), ...shared }
      : { ...answer, ...shared };
  if (isTold(deps, loaded, beside)) {
    const place = placeOfCall(loaded.contract, loaded.step, execution.config);
    await deps.askedCalls.release({ ...place, execution_id: execution.execution_id });
  }
  return reply;
};

const isTold = ({ clock, policy }: ReplyDeps, { contract }: LoadedCall, { signal, since, asker }: Beside): boolean => {
  if (!asker || signal?.aborted === true) return false;
  if (policy.hears_who_leaves !== false || since === undefined || !writes(contract)) return true;
  return clock.now().getTime() - since < SURELY_WAITS_MS;
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
