import { type Agent, agent } from "../../../shared/plan/agent.ts";
import type { Registries } from "../../../shared/plan/submission.ts";

export const agentNamed = (agent_id: string, more: Partial<Agent> = {}): Agent =>
  agent.parse({ agent_id, owner: "olga", granted_permissions: [], ...more });

const TOOLS = ["vision_inspect", "form_fill", "button_click", "ghl_search", "ghl_update_contact", "a", "b", "c"];

/** An open registry of a few tools, as on a laptop. */
export const registries = (more: Partial<Registries> = {}): Registries => ({
  tools: new Set(TOOLS),
  agents: new Map(),
  registry_open: true,
  submitter: "alice",
  ...more,
});

/** Phase 21's example, as the design shows it. */
export const phase21Example = {
  plan_id: "plan_1",
  agent_assignments: { agent_1: ["vision_inspect", "form_fill"], agent_2: ["button_click"] },
  execution_order: ["vision_inspect", "form_fill", "button_click"],
  confidence_scores: { vision_inspect: 0.8 },
  tool_arguments: { form_fill: { selector: "#email", value: "a@b.c" } },
  agent_permissions: { agent_1: ["ghl_access"] },
};

type StepFields = { step_id: string } & Record<string, unknown>;

/** A full plan of one agent; a step needs only its id. */
export const fullPlanOf = (plan_id: string, steps: readonly StepFields[], more: Record<string, unknown> = {}) => ({
  plan_id,
  agents: [{ agent_id: "agent_1", permissions: [] }],
  steps: steps.map((step) => ({ agent_id: "agent_1", tool_name: "ghl_search", confidence: 0.9, ...step })),
  ...more,
});
