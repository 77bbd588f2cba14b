import { z } from "zod";
import { workerGroup } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import { asKept, toldOutcome } from "../../../shared/execution/record/told-outcome.ts";
import { workCall, workOutcome, workRung } from "../../../shared/execution/record/work.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { answer } from "./answers.ts";

/** Below the 29 s of the function that waits. */
export const MAX_WORK_WAIT_SECONDS = 20;

export const nextBody = z
  .strictObject({
    /** The tools that the worker can do. */
    tools: z.array(identifier).min(1).max(200),
    /** How long the answer may wait for a call. */
    wait_seconds: z.number().int().min(0).max(MAX_WORK_WAIT_SECONDS).default(MAX_WORK_WAIT_SECONDS),
    /** The worker's name for this question, new for each: by it the worker can end it. */
    question: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "takes 1 to 64 letters, digits, _ and -")
      .exactOptional(),
    /**
     * That question is over, such as one whose answer was lost: it gives nothing from now on. The call that it gave, where
     * its worker has said nothing of it yet, is the answer; none is waited for.
     */
    over: z.boolean().exactOptional(),
  })
  .refine(({ question, over }) => over !== true || question !== undefined, {
    path: ["over"],
    message: "is of a question with a name: say which",
  });
export type NextBody = z.infer<typeof nextBody>;

/** Null: there was none in that time. */
export const nextReply = z.strictObject({ call: workCall.nullable() });
export type NextReply = z.infer<typeof nextReply>;

export const outcomeBody = answer(toldOutcome.transform(asKept), workOutcome);

export const outcomeReply = z.strictObject({
  call_id: z.string(),
  /** `late`: after the deadline. It is kept, and asked for before the call would be made again or a person is asked. */
  recorded: z.enum(["in_time", "late"]),
  at: z.string(),
});
export type OutcomeReply = z.infer<typeof outcomeReply>;

export const heartbeatBody = z.strictObject({
  /** In words, for who watches. */
  progress: z.string().trim().min(1).max(500),
});

export const heartbeatReply = z.strictObject({ deadline: z.string(), seconds_left: z.number().int().nonnegative() });
export type HeartbeatReply = z.infer<typeof heartbeatReply>;

/** The calls that wait for workers, by group, and the workers that asked last. */
export const workState = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: workerGroup,
      tools: z.array(
        z.strictObject({
          tool_name: identifier,
          last_asked_at: z.string().nullable(),
          last_asked_by: z.string().nullable(),
        }),
      ),
      waiting: z.array(
        z.strictObject({
          call_id: z.string(),
          tool_name: identifier,
          rung: workRung,
          execution_id: identifier,
          offered_at: z.string(),
          start_by: z.string(),
        }),
      ),
    }),
  ),
});
export type WorkState = z.infer<typeof workState>;
