import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/server";
import { metaField } from "../../../shared/contracts/offer/offered-tool.ts";
import type { CallRetry } from "../../../shared/execution/call/answer.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { MAX_ANSWER_BYTES } from "../http/limits.ts";
import type { CallReply, Problem } from "../schemas.ts";
import { ANOTHER_BODY } from "../submit/request-key.ts";

/** An output stands in a result up to twice, as text and as structure, in JSON of JSON. */
export const MOST_OUTPUT_BYTES = MAX_ANSWER_BYTES / 4;

const text = (words: string): ContentBlock => ({ type: "text", text: words });

/** Everything that is known of the call, for programs; the words for the model stand in the content. */
const meta = (reply: unknown): Record<string, unknown> => ({ [metaField("call")]: reply });

/** How a call stands, as a tool's result: settled, whatever became of it. */
export const resultOf = (reply: CallReply, blocks: BlocksOf = plain): CallToolResult => {
  switch (reply.outcome) {
    case "done": {
      const { output, ...rest } = reply;
      const said = rest.mode === "LIVE" && !rest.made_up && rest.duplicate_of === null ? [] : [text(rest.message)];
      const { content, structured } = outputOf(output, blocks);
      return {
        content: [...said, ...content, ...rest.warnings.map((warning) => text(`Note: ${warning}`))],
        ...(structured === undefined ? {} : { structuredContent: structured }),
        _meta: meta(rest),
      };
    }
    case "refused":
      return {
        content: [text(reply.message)],
        isError: true,
        _meta: { ...meta(reply), [metaField("retry")]: reply.retry },
      };
    case "waiting": {
      const where = reply.approval_url === null ? "" : ` Where it is decided: ${reply.approval_url}.`;
      const words =
        `Not done yet, and not refused: ${reply.message}${where} ` +
        `To go on waiting, call buddy_wait with ${JSON.stringify({ id: reply.call_id })}; nothing is lost if you stop.`;
      return { content: [text(words)], _meta: meta(reply) };
    }
  }
};

/** The blocks of content that a tool's output is, where it is some. */
export type BlocksOf = (output: Json) => readonly ContentBlock[] | undefined;
const plain: BlocksOf = () => undefined;

type Output = { readonly content: readonly ContentBlock[]; readonly structured?: Record<string, unknown> };

const outputOf = (output: Json, blocks: BlocksOf): Output => {
  const written = JSON.stringify(output);
  const bytes = Buffer.byteLength(written);
  if (bytes > MOST_OUTPUT_BYTES) {
    const words = `Done. Its output has ${bytes} bytes, and at most ${MOST_OUTPUT_BYTES} fit here: it is kept with the call.`;
    return { content: [text(words)] };
  }
  const own = blocks(output);
  if (own !== undefined) return { content: own };
  const content = [text(typeof output === "string" ? output : written)];
  return isJsonObject(output) ? { content, structured: output } : { content };
};

/** By the last part of a problem's type; whatever is not named here the caller can change. */
const RETRY: Readonly<Record<string, CallRetry>> = {
  forbidden: "never",
  "too-many": "later",
  conflict: "later",
  "not-reached": "later",
  unanswered: "later",
  "unfit-answer": "later",
};

const ADVICE = {
  never: "Do not make this call again, nor another to the same effect.",
  later: "The same call may be made again later, not at once.",
  after_change: "Made again unchanged, it is refused again: change first what is named here.",
} as const satisfies Record<CallRetry, string>;

/** Whether a request that came to nothing may be made again. */
const retryOf = ({ type, reason }: Problem): CallRetry =>
  reason === ANOTHER_BODY ? "after_change" : (RETRY[type.split(":").at(-1) ?? ""] ?? "after_change");

/** Facts for programs, of a request that came to nothing. */
export const factsOf = (problem: Problem): Record<string, unknown> => ({
  [metaField("problem")]: problem,
  [metaField("retry")]: retryOf(problem),
});

/** A request that came to nothing, as a tool's result: the same words on every line of the protocol. */
export const resultOfProblem = (problem: Problem): CallToolResult => {
  const faults = (problem.violations ?? []).map(({ path, message }) => `- ${path === "" ? "/" : path} ${message}`);
  const more = problem.more === undefined ? [] : [`- and ${problem.more} more`];
  const lines = [`Refused: ${problem.detail}. Nothing was done. ${ADVICE[retryOf(problem)]}`, ...faults, ...more];
  return {
    content: [text(lines.join("\n"))],
    isError: true,
    _meta: factsOf(problem),
  };
};
