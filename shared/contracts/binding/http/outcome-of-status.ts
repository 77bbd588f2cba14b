import type { HttpBinding } from "./http-binding.ts";

/**
 * The outcome of a call that writes, by its answer's status: it happened, it did not (only where the contract says that
 * the service documents so), or nobody knows. A redirect is never followed, so nobody knows what became of it either.
 */
export const outcomeOfStatus = (
  { no_effect_statuses }: Pick<HttpBinding, "no_effect_statuses">,
  status: number,
): "committed" | "rejected" | "indeterminate" => {
  if (status >= 200 && status <= 299) return "committed";
  return no_effect_statuses.includes(status) ? "rejected" : "indeterminate";
};
