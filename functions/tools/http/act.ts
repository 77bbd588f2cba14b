import type { HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import { outcomeOfStatus } from "../../../shared/contracts/binding/http/outcome-of-status.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { type CallOutcome, type LiveToolCall, type LookUp, ToolFailure } from "../../../shared/ports/tools.ts";
import { type Acting, answerInWords, ask, isSuccess, pushBackOf, readBody, sourcesOf } from "./requests.ts";
import { holds, isGone, standingOf } from "./standing.ts";
import { undoData, undoFromOutput, undoSources } from "./undo-data.ts";
import type { WayOut } from "./way-out.ts";

/** A call under way that may act: its way out has the secrets for writing, and its time can be over. */
export type ActingLive = Acting & { readonly out: WayOut; readonly call: LiveToolCall; readonly signal: AbortSignal };

/** The one request of a tool that reads, made again as its preview made it. @throws ToolFailure */
export const read = async (acting: ActingLive): Promise<CallOutcome> => {
  const { call } = acting.binding;
  const body = await readBody(acting, call, sourcesOf(acting.call), "it cannot be read");
  return { kind: "committed", output: valueAt(body, call.output ?? "") ?? null, undo: null };
};

/** The one request of a tool that writes. */
export const write = async (acting: ActingLive): Promise<CallOutcome> => {
  const { binding, call } = acting;
  const sent = await send(acting, binding.call, sourcesOf(call, { $key: call.idempotency_key }));
  if (sent.kind !== "committed") return sent;
  const canBeUndone = call.contract.compensation === "adapter";
  const output = valueAt(sent.body, binding.call.output ?? "") ?? null;
  return { kind: "committed", output, undo: canBeUndone ? undoFromOutput(binding, output) : null };
};

type Sent = { readonly kind: "committed"; readonly body: Json } | Exclude<CallOutcome, { kind: "committed" }>;

const send = async (acting: ActingLive, request: HttpRequest, sources: Sources): Promise<Sent> => {
  const answer = await ask(acting, request, sources, acting.out.write);
  const error = answerInWords(answer);
  switch (answer.kind) {
    case "not_sent":
      return { kind: "rejected", error, unsent: true };
    case "unknown":
      return { kind: "indeterminate", error };
    case "answered": {
      const kind = outcomeOfStatus(acting.binding, answer.status);
      return kind === "committed" ? { kind, body: answer.body } : { kind, error, ...pushBackOf(answer) };
    }
  }
};

/** Puts back what the call did where that still stands; refuses as a whole where anything of it is somebody else's. */
export const compensate = async (acting: ActingLive, undo: JsonObject): Promise<CallOutcome> => {
  const { binding, call } = acting;
  if (binding.undo === undefined || call.contract.compensation !== "adapter") {
    return { kind: "rejected", error: `${call.contract.tool_name} cannot be undone: its contract names no undo` };
  }
  const parsed = undoData.safeParse(undo);
  if (!parsed.success) return { kind: "rejected", error: "nothing was stored that would tell how to undo it" };
  try {
    const { ours, foreign } = await standingOf(acting, parsed.data);
    if (foreign.length > 0) {
      const words = foreign
        .map(({ record, field, old }) => `${field} of ${record} is ${JSON.stringify(old)}`)
        .join("; ");
      return { kind: "rejected", error: `not undone, because somebody else has written since: ${words}` };
    }
    if (ours.length === 0) return { kind: "committed", output: { undone: [] }, undo: null };
    const sent = await send(acting, binding.undo, undoSources(call, parsed.data, call.idempotency_key));
    return sent.kind === "committed" ? { kind: "committed", output: { undone: [...ours] }, undo: null } : sent;
  } catch (error) {
    // Made before anything was sent.
    if (error instanceof ToolFailure) {
      return { kind: "rejected", error: `not undone: ${error.message}`, unsent: true, ...pushBackOf(error) };
    }
    throw error;
  }
};

/** Whether a call happened, as the service says when it is asked. */
export const lookUp = async (acting: ActingLive, side: "forward" | "compensation"): Promise<LookUp> => {
  const { binding, call } = acting;
  const { look_up } = binding;
  const { tool_name } = call.contract;
  if (side === "compensation")
    return { kind: "unknown", why: `${tool_name} offers no way to ask whether it was undone` };
  if (look_up === undefined)
    return { kind: "unknown", why: `${tool_name} offers no way to ask whether a call happened` };
  const sources = sourcesOf(call, { $key: call.idempotency_key });
  const answer = await ask(acting, look_up.request, sources, acting.out.write);
  if (isGone(answer)) return { kind: "did_not_happen" };
  if (!isSuccess(answer)) {
    return { kind: "unknown", why: `asked whether it happened: ${answerInWords(answer)}`, ...pushBackOf(answer) };
  }
  if (holds(look_up.happened_when, answer.body, sources)) {
    const output = valueAt(answer.body, look_up.output ?? "") ?? null;
    return { kind: "happened", output, undo: undoFromOutput(binding, output) };
  }
  const { did_not_happen_when: not } = look_up;
  if (not === undefined || holds(not, answer.body, sources)) return { kind: "did_not_happen" };
  return {
    kind: "unknown",
    why: "asked whether it happened: the answer shows neither that it did nor that it did not",
  };
};
