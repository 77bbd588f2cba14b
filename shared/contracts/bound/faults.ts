import type { Violation } from "../../plan/violation.ts";
import { type ToolContractInput, writes } from "../tool-contract.ts";

/** Faults of a binding before they have the name of the rule that found them. */
export type Found = Omit<Violation, "rule">[];

/** The one fault, where it is there. */
export const when = (broken: boolean, path: string, message: string): Found => (broken ? [{ path, message }] : []);

/** Faults with the name of their rule: what a contract is refused for. */
export const named = (rule: string, found: Found): Violation[] => found.map((fault) => ({ ...fault, rule }));

/**
 * A look-up is declared where an unknown outcome is asked about, and nowhere else.
 * @param given the binding declares one
 * @param askedOtherwise the outcome can be told without one
 */
export const lookUpFaults = (contract: ToolContractInput, given: boolean, askedOtherwise = false): Found => [
  ...when(
    contract.outcome_resolution === "QUERYABLE" && writes(contract) && !given && !askedOtherwise,
    "/binding/look_up",
    "outcome_resolution is QUERYABLE, but nothing says how to ask: declare look_up",
  ),
  ...when(
    contract.outcome_resolution !== "QUERYABLE" && given,
    "/binding/look_up",
    `is never used: outcome_resolution is ${contract.outcome_resolution}, not QUERYABLE`,
  ),
];
