import { z } from "zod";
import { callAnswers } from "../../../shared/execution/call/answer.ts";
import { json } from "../../../shared/plan/json.ts";
import { wholeNumber } from "./common.ts";
import { executionLinks } from "./executions.ts";

const beside = {
  /** This request did not make the call: one that waits for it already, or whose end nobody was told, is answered. */
  attached: z.boolean(),
  /** Accepted, but perhaps not what was meant. */
  warnings: z.array(z.string()),
  /** Of the execution that the call is. */
  links: executionLinks,
};

export const callReply = z.discriminatedUnion("outcome", [
  callAnswers.done.extend({ output: json, ...beside }),
  callAnswers.refused.extend(beside),
  callAnswers.waiting.extend({
    /** Where a person finds the open request; null where nobody is asked. */
    approval_url: z.string().nullable(),
    ...beside,
  }),
]);
export type CallReply = z.infer<typeof callReply>;

export const callQuery = z.strictObject({
  /** Seconds to wait for the call to end. */
  wait: wholeNumber(0, 25).default(0),
});
