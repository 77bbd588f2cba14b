import { pointerOf } from "../../../shared/plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { listViolations } from "../../../shared/plan/violation.ts";
import type { Problem } from "../schemas.ts";
import { giveOnce } from "./given-once.ts";
import { invalidInput } from "./problems.ts";

/**
 * The parameters of a query, each once. No parameter here takes several values: of one that is given twice, whoever
 * stands between may go by the one value and this API by the other.
 */
export const readQuery = (given: URLSearchParams): Result<Readonly<Record<string, string>>, Problem> => {
  const values = Map.groupBy(given, ([name]) => name);
  const repeated = [...values].filter(([, times]) => times.length > 1);
  if (repeated.length === 0) return accept(Object.fromEntries(given));
  const violations = repeated.map(([name, times]) => ({
    path: pointerOf(["query", name]),
    rule: "repeated_parameter",
    message: giveOnce(times.length),
  }));
  return refuse(invalidInput(listViolations(violations)));
};
