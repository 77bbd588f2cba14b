import type { DecisionResults, DecisionsBody } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import type { Answer } from "../client/http.ts";

/** As many as the API takes in one act. */
const AT_ONCE = 500;

/** One act after the other, with the results of all; those behind one that was refused are not sent. */
export const decideInParts = async (
  api: Pick<Api, "decideMany">,
  decisions: DecisionsBody["decisions"],
): Promise<Answer<DecisionResults>> => {
  const first = await api.decideMany({ decisions: decisions.slice(0, AT_ONCE) });
  if (first.kind !== "value" || decisions.length <= AT_ONCE) return first;
  const rest = await decideInParts(api, decisions.slice(AT_ONCE));
  // Those that are left stay open, and are decided by the next press.
  if (rest.kind !== "value") return first;
  return { kind: "value", value: { results: [...first.value.results, ...rest.value.results] } };
};
