/**
 * The path of a plan, in order: a stage imports only itself and earlier ones. `audit` is the form of the record that all
 * after it write; `verification` recomputes what all before it wrote, and no stage knows it.
 */
export const STAGES = [
  "plan",
  "audit",
  "contracts",
  "conflicts",
  "execution",
  "feedback",
  "health",
  "artifacts",
  "webhooks",
  "verification",
] as const;
