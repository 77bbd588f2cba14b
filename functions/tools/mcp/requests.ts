import type { McpBinding, McpRequest } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { fillTemplate } from "../../../shared/contracts/binding/template.ts";
import { argumentsOf } from "../../../shared/contracts/bound/mcp/mcp-rules.ts";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import { MAX_OUTPUT_BYTES } from "../../../shared/execution/limits.ts";
import { cutText, thrownText } from "../../../shared/plan/cut-text.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { type KeptJson, keptJson } from "../../../shared/plan/kept-json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { McpAnswer, McpLimits, McpResult, McpTarget } from "../../../shared/ports/mcp.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import { passingOf, pushBackOf, type Reply } from "../declared/means.ts";
import type { KnownSecrets } from "../known-secrets.ts";
import { timeoutMs } from "../time-limit.ts";
import { standsAgainst } from "./pins.ts";
import { type Credentialed, targetOf } from "./target.ts";
import type { ReadingMcpWay } from "./way.ts";

/** One call of a tool on its way: what every request of it is made with. */
export type AskingMcp = {
  readonly binding: McpBinding;
  readonly way: ReadingMcpWay;
  readonly call: ToolCall;
  readonly signal?: AbortSignal;
};

/** The message that a tool would be called with, or in words why it cannot be. */
export const literalArguments = (request: McpRequest, sources: Sources): Result<JsonObject, string> => {
  const filled = fillTemplate(argumentsOf(request), sources);
  if (!filled.ok) return refuse(`its arguments cannot be made: ${filled.refusal}`);
  const { value = {} } = filled;
  return isJsonObject(value) ? accept(value) : refuse("its arguments are no object");
};

/** Calls a tool with one family's secrets, if it is still what was reviewed. The answer holds the text of none. */
export const askMcp = async (
  { binding, way, call, signal }: AskingMcp,
  request: McpRequest,
  sources: Sources,
  credentialed: Credentialed,
): Promise<Reply> => {
  const { known } = way.out;
  const limits = { timeout_ms: timeoutMs(call.contract), ...(signal === undefined ? {} : { signal }) };
  const args = literalArguments(request, sources);
  if (!args.ok) return { ...notSent(args.refusal), unmakeable: true };
  const ready = await readyTarget({ binding, way, call }, request, credentialed, limits);
  const { family } = credentialed;
  if (!ready.ok)
    return { ...ready.refusal, ...putOff(ready.refusal, family), error: known.maskedText(ready.refusal.error) };
  if (signal?.aborted === true) return notSent("stopped before anything was sent");
  const sent = { tool: request.tool, arguments: args.value, meta: metaOf(call, request, sources) };
  const answer = withoutSecrets(await way.client.call(ready.value, sent, limits), known);
  const left_out = answer.kind === "answered" ? answer.result.left_out : undefined;
  // Nobody is to conclude anything from a part of what was read.
  if (left_out !== undefined && family === "read") {
    return { kind: "unknown", error: `${quoted(request.tool)} was asked, and ${left_out}` };
  }
  const reply = replyOf(binding, answer);
  return reply.kind === "done"
    ? { ...reply, body: known.masked(reply.body) }
    : { ...reply, ...putOff(reply, family), error: known.maskedText(reply.error) };
};

type Unsent = Extract<Reply, { kind: "unsent" }>;

/**
 * The server to which the request goes, its tool being what was reviewed. Where what is to be read for that cannot be, a
 * look at something is worth another start; of a call that acts it is told that nothing was sent, which nobody could know
 * from an error.
 */
const readyTarget = async (
  asking: AskingMcp,
  request: McpRequest,
  credentialed: Credentialed,
  limits: McpLimits,
): Promise<Result<McpTarget, Unsent>> => {
  try {
    return await reviewedTarget(asking, request, credentialed, limits);
  } catch (error) {
    if (credentialed.family === "read") throw error;
    return refuse(notSent(`what is known of server ${asking.binding.server} cannot be read: ${thrownText(error)}`));
  }
};

const reviewedTarget = async (
  { binding, way, call }: AskingMcp,
  { tool }: McpRequest,
  credentialed: Credentialed,
  limits: McpLimits,
): Promise<Result<McpTarget, Unsent>> => {
  const target = await targetOf(way, binding.server, credentialed, limits);
  if (!target.ok) {
    const { why, ...push_back } = target.refusal;
    return refuse({ ...notSent(why), ...push_back });
  }
  const reviewed = { ...binding, tool_name: call.contract.tool_name };
  const standing = await standsAgainst(way, target.value, reviewed, [tool], limits);
  if (standing.ok) return target;
  const { error, ...more } = standing.refusal;
  return refuse({ ...notSent(error), ...more });
};

/** A call that acts is not asked again like a read; of this one nothing is on its way, so that it can be put off. */
const putOff = (reply: Exclude<Reply, { kind: "done" }>, family: SecretFamily): PushBack =>
  family === "write" && reply.kind === "unsent" && reply.passing === true
    ? { again_in_seconds: reply.again_in_seconds ?? 0 }
    : {};

/** Before anything of it is quoted and cut: half a secret is not known as one any more. */
const withoutSecrets = (answer: McpAnswer, known: KnownSecrets): McpAnswer => {
  if (answer.kind !== "answered") return answer;
  const { content, structured } = answer.result;
  const kept = structured === undefined ? {} : { structured: known.masked(structured) };
  return { kind: "answered", result: { ...answer.result, content: known.masked(content), ...kept } };
};

const notSent = (why: string): Unsent => ({
  kind: "unsent",
  error: `nothing was sent: ${why}`,
});

/** In `_meta`: W3C trace context, of one trace for all of one execution, and the key where there is one. */
const metaOf = ({ traceparent }: ToolCall, request: McpRequest, { $key: key }: Sources): JsonObject => {
  const named = request.idempotency_meta;
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(key === undefined ? {} : { "buddy/idempotency-key": key, ...(named === undefined ? {} : { [named]: key }) }),
  };
};

/** Longer words of a server are not read by anybody in a list. */
const WORDS_QUOTED = 300;

const replyOf = (binding: McpBinding, answer: McpAnswer): Reply => {
  switch (answer.kind) {
    case "not_sent":
      return { ...notSent(answer.error), ...passingOf(answer) };
    case "refused": {
      // The endpoint refused it, or knows no such method: no tool has looked at it.
      const refused = { kind: "without_effect", error: answer.error, not_looked_at: true } as const;
      return { ...refused, ...pushBackOf(answer), ...passingOf(answer) };
    }
    case "failed":
      return answeredWithError(binding, answer.error);
    case "unknown": {
      const late = answer.timed_out ? { timed_out: true as const } : {};
      const answered = answer.answered === true ? { answered: true as const } : {};
      const again = { ...pushBackOf(answer), ...passingOf(answer) };
      return { kind: "unknown", error: `it was sent, and ${answer.error}`, ...late, ...answered, ...again };
    }
    case "answered": {
      const { value: body, cut, ...inexact } = bodyOf(binding, answer.result);
      const { left_out = cut, is_error } = answer.result;
      if (!is_error) return { kind: "done", body, ...(left_out === null ? {} : { left_out }), ...inexact };
      const error = `the tool says that it failed: ${cutText(JSON.stringify(body), WORDS_QUOTED)}`;
      return answeredWithError(binding, error);
    }
  }
};

const answeredWithError = ({ no_effect_on_error }: McpBinding, error: string): Reply =>
  no_effect_on_error ? { kind: "without_effect", error } : { kind: "unknown", error, answered: true };

/** Its structured content, or where there is none its blocks of content. */
const bodyOf = ({ text_is_json }: McpBinding, { structured, content, lost }: McpResult): KeptJson => {
  const parsed = text_is_json && structured === undefined ? jsonOf(content) : undefined;
  if (parsed !== undefined) return parsed;
  const { cut = null, places = [] } = lost ?? {};
  return { value: structured ?? { content }, cut, ...(places.length === 0 ? {} : { inexact: places }) };
};

const jsonOf = (content: Json): KeptJson | undefined => {
  const [only, ...others] = Array.isArray(content) ? content : [];
  if (others.length > 0 || !isJsonObject(only ?? null) || !isJsonObject(only)) return undefined;
  if (typeof only.text !== "string") return undefined;
  try {
    return keptJson(only.text, MAX_OUTPUT_BYTES);
  } catch {
    // Text that says it is JSON and is none stays what it is: text.
    return undefined;
  }
};
