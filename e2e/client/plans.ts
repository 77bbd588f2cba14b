/** Plans in the full form, as an agent's host writes them. */

export type Step = { readonly step_id: string; readonly [field: string]: unknown };

const CRM = "crm_writer";
const PERMISSIONS = ["ghl_access", "ghl_write"];

/** The agents that the plans below name; a closed registry knows nobody else. */
export const AGENTS = [
  { agent_id: CRM, owner: "dana", granted_permissions: PERMISSIONS },
  { agent_id: "inspector", owner: "frank", granted_permissions: [] },
] as const;

export const plan = (plan_id: string, steps: readonly Step[]) => ({
  plan_id,
  goal: `The goal of ${plan_id}`,
  agents: [
    { agent_id: CRM, permissions: PERMISSIONS },
    { agent_id: "inspector", permissions: [] },
  ],
  steps,
});

/** Reversible; asks a person. */
export const update = (step_id: string, contact_id: string, fields: object, more: object = {}): Step => ({
  step_id,
  agent_id: CRM,
  tool_name: "ghl_update_contact",
  arguments: { contact_id, fields },
  confidence: 0.95,
  ...more,
});

/** Irreversible; asks a person who is not the submitter. */
export const create = (step_id: string, email: string, more: object = {}): Step => ({
  step_id,
  agent_id: CRM,
  tool_name: "ghl_create_contact",
  arguments: { email, first_name: "Ada", last_name: "Quist" },
  confidence: 0.95,
  ...more,
});

/** Reads only; asks nobody. */
export const look = (step_id: string, more: object = {}): Step => ({
  step_id,
  agent_id: "inspector",
  tool_name: "goal_query",
  arguments: { query: "qualified leads" },
  confidence: 0.95,
  ...more,
});
