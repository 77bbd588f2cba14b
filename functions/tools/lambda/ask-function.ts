import { z } from "zod";
import { asKept, toldOutcome } from "../../../shared/execution/record/told-outcome.ts";
import { instantAfter } from "../../../shared/plan/instant.ts";
import { parseJsonAnswer } from "../../../shared/plan/parse-json-body.ts";
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
  const body = parseJsonAnswer(payload);
  if (!body.ok) return noAnswer(by, body.refusal.violations.map(({ message }) => message).join("; "));
  const read = toldOutcome.safeParse(body.value);
  return read.success ? { kind: "answered", said: asKept(read.data), by } : noAnswer(by, z.prettifyError(read.error));
};

const noAnswer = (by: string, why: string): Reply => ({
  kind: "silent",
  why: `${by} gave an answer that is none: ${why}`,
  timed_out: false,
});
