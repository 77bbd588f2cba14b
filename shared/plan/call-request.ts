import { z } from "zod";
import { executionConfig } from "./config.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { fullPlan, submittedStep } from "./submission-schema.ts";
import { identifier } from "./tool-execution-plan.ts";
import type { Violation } from "./violation.ts";

/** The longest that one request waits for a call, in seconds: an HTTP API gives up after 30. */
export const LONGEST_WAIT_SECONDS = 25;

/** How long a request waits for its call unless it says so. */
export const USUAL_WAIT_SECONDS = 20;

const { agent_id, tool_name, arguments: args, confidence, rationale } = submittedStep.shape;

/** One call of a tool, asked for by itself: a plan of one step. */
export const callRequest = z.strictObject({
  agent_id,
  tool_name,
  /** Data as it stands: `$from` and `$literal` mean nothing here, since there is no other step. */
  arguments: args,
  confidence,
  /** Why the agent wants it, and what it is after; quoted to the approver as untrusted. */
  rationale,
  goal: fullPlan.shape.goal,
  /** For how long the answer may be waited for, in seconds. */
  wait_seconds: z.number().min(0).max(LONGEST_WAIT_SECONDS).default(USUAL_WAIT_SECONDS),
  config: executionConfig.partial().nullish(),
  /** The same call of before, by its `call_id`: it is answered for that one, whoever was told its end. */
  goes_on_with: identifier.optional(),
});
export type CallRequest = z.infer<typeof callRequest>;

/** The ids of the plan and of its step, in every execution that is one call. */
export const CALL_PLAN = "call";
export const CALL_STEP = "call";

const STEP_PLACE = "/plans/0/steps/0";

/** Arguments that the step of a plan would be misread for, were they not escaped. */
const looksLikeReference = (value: Json): boolean => {
  if (Array.isArray(value)) return value.some(looksLikeReference);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, each]) => key === "$from" || key === "$literal" || looksLikeReference(each));
};

const asData = (given: JsonObject): JsonObject => (looksLikeReference(given) ? { $literal: given } : given);

/** The submission that a call is: one plan of one step, whose agent declares the permissions that the tool needs. */
export const submissionOfCall = (call: CallRequest, permissions: readonly string[]): unknown => ({
  plans: [
    {
      plan_id: CALL_PLAN,
      goal: call.goal ?? null,
      agents: [{ agent_id: call.agent_id, permissions: [...permissions] }],
      steps: [
        {
          step_id: CALL_STEP,
          agent_id: call.agent_id,
          tool_name: call.tool_name,
          arguments: asData(call.arguments),
          rationale: call.rationale ?? null,
          ...(call.confidence === undefined ? {} : { confidence: call.confidence }),
        },
      ],
    },
  ],
  config: call.config ?? {},
});

/** A violation of that submission, at its place in the call as it was sent. */
export const placedInCall = (violation: Violation): Violation => {
  const { path } = violation;
  if (path.startsWith(STEP_PLACE)) return { ...violation, path: path.slice(STEP_PLACE.length) };
  if (path.startsWith("/plans/0/agents/0/permissions")) return { ...violation, path: "/tool_name" };
  if (path.startsWith("/plans/0/agents")) return { ...violation, path: "/agent_id" };
  return path.startsWith("/plans/0") ? { ...violation, path: path.slice("/plans/0".length) } : violation;
};
