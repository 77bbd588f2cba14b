import type { JsonObject } from "../../shared/plan/json.ts";

export const EVERYTHING = ["ghl_access", "ghl_write", "mployer_access", "mployer_write", "email_send", "web_write"];

export type StepBody = { step_id: string; agent_id: string; tool_name: string; arguments: JsonObject } & JsonObject;
type More = { agent?: string; after?: string[]; confidence?: number; allow_duplicate?: boolean; rationale?: string };

const step = (step_id: string, tool_name: string, args: JsonObject, more: More = {}): StepBody => ({
  step_id,
  agent_id: more.agent ?? "a1",
  tool_name,
  arguments: args,
  confidence: more.confidence ?? 0.95,
  depends_on: more.after ?? [],
  allow_duplicate: more.allow_duplicate ?? false,
  ...(more.rationale === undefined ? {} : { rationale: more.rationale }),
});

export const call = step;

export const update = (step_id: string, contact_id: string | JsonObject, fields: JsonObject, more?: More): StepBody =>
  step(step_id, "ghl_update_contact", { contact_id, fields }, more);

export const search = (step_id: string, query: string, more?: More): StepBody =>
  step(step_id, "ghl_search", { query }, more);

export const create = (step_id: string, email: string, more?: More): StepBody =>
  step(step_id, "ghl_create_contact", { email }, more);

export const mail = (step_id: string, subject: string, more?: More): StepBody =>
  step(step_id, "msgraph_send_email", { to: "ann@example.org", subject, body: "Dear Ann" }, more);

export const recall = (step_id: string, query: string, more?: More): StepBody =>
  step(step_id, "memory_search", { query }, more);

export const inspect = (step_id: string, more?: More): StepBody => step(step_id, "vision_inspect", {}, more);

/** A plan in the full form whose agents may do everything unless `permissions` says otherwise. */
export const plan = (
  plan_id: string,
  steps: readonly StepBody[],
  more: { permissions?: Record<string, string[]>; deadline_seconds?: number; goal?: string } = {},
): JsonObject => {
  const permissions = more.permissions ?? {};
  const agents = [...new Set([...steps.map(({ agent_id }) => agent_id), ...Object.keys(permissions)])];
  return {
    plan_id,
    ...(more.goal === undefined ? {} : { goal: more.goal }),
    ...(more.deadline_seconds === undefined ? {} : { deadline_seconds: more.deadline_seconds }),
    agents: agents.map((agent_id) => ({ agent_id, permissions: permissions[agent_id] ?? EVERYTHING })),
    steps: [...steps],
  };
};
