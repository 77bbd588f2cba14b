/** The path of a plan, in order: a stage imports only itself and earlier ones. */
export const STAGES = [
  "plan",
  "contracts",
  "conflicts",
  "execution",
  "feedback",
  "health",
  "artifacts",
  "webhooks",
  "verification",
] as const;
