import { z } from "zod";
import { workOutcome } from "../../../shared/execution/record/work.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import { parseExactJson } from "../../../shared/plan/exact-json.ts";
import { instantAfter } from "../../../shared/plan/instant.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { mendJson } from "../../../shared/plan/mend-json.ts";
import { parseJsonBody } from "../../../shared/plan/parse-json-body.ts";
import type { Functions } from "../../../shared/ports/functions.ts";
import { questionOf, type Reply, type Stoppable, type Wanted } from "../asked/asked.ts";
import { timeoutMs } from "../time-limit.ts";

export type Asking = {
  readonly functions: Functions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly function_name: string;
};

/** Invokes a function with one question and reads its answer; an answer that is none leaves open what came of the call. */
export const askFunction = async (asking: Asking, call: Stoppable, wanted: Wanted): Promise<Reply> => {
  const { functions, now, function_name } = asking;
  const timeout_ms = timeoutMs(call.contract);
  const question = { ...questionOf(call, wanted), deadline: instantAfter(now(), timeout_ms) };
  const invoked = await functions.invoke(function_name, JSON.stringify(question), { signal: call.signal, timeout_ms });
  switch (invoked.kind) {
    case "answered":
      return replyIn(function_name, invoked.payload);
    case "not_sent": {
      const { error, ...rest } = invoked;
      return { ...rest, why: error };
    }
    case "no_answer": {
      const { error, ...rest } = invoked;
      return { ...rest, kind: "silent", why: error };
    }
  }
};

const replyIn = (by: string, payload: string): Reply => {
  const body = parseJsonBody(payload, "read_otherwise");
  if (!body.ok) return noAnswer(by, body.refusal.violations.map(({ message }) => message).join("; "));
  const read = workOutcome.safeParse(readable(parseExactJson(payload)));
  return read.success ? { kind: "answered", said: read.data, by } : noAnswer(by, z.prettifyError(read.error));
};

/** As large as any output may be. */
const MOST_BYTES = 1_048_576;

/** The brought output, or the reason of a refusal, may be anything: the outcome is told beside it, and stays so. */
const readable = (said: unknown): Json => {
  const { value } = mendJson(said, MOST_BYTES);
  if (!isJsonObject(value) || typeof value.error !== "string") return value;
  return { ...value, error: cutText(value.error) };
};

const noAnswer = (by: string, why: string): Reply => ({
  kind: "silent",
  why: `${by} gave an answer that is none: ${why}`,
  timed_out: false,
});
