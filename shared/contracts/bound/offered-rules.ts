import type { Violation } from "../../plan/violation.ts";
import { type ToolContractInput, writes } from "../tool-contract.ts";
import { type Found, named, when } from "./faults.ts";

/** Beside the call: the things that a binding says a team's own code can be asked for. */
export type Offered = { readonly previews: boolean; readonly undo: boolean; readonly looks_up: boolean };

/** Those who are asked, as sentences about them go on: `workers` `are`. */
type Asked = { readonly undo: string; readonly are_said: string };
const WORDS = {
  workers: { undo: "workers undo", are_said: "workers are not said" },
  function: { undo: "the function undoes", are_said: "the function is not said" },
} as const satisfies Record<string, Asked>;

type Rule = (contract: ToolContractInput, offered: Offered, asked: Asked) => Found;

/** Every rule about what a binding offers by its name, which is the `rule` of its violations. */
const OFFERED_RULES = {
  binding_of_a_read: (contract, { previews, undo, looks_up }) =>
    writes(contract)
      ? []
      : Object.entries({ previews, undo, looks_up }).flatMap(([name, set]) =>
          when(set, `/binding/${name}`, "a tool that only reads is asked the same in DRY_RUN and LIVE: leave it out"),
        ),

  binding_undo: ({ compensation }, { undo }, asked) => [
    ...when(
      compensation === "adapter" && !undo,
      "/compensation",
      `compensation is "adapter", but the binding does not say that ${asked.undo}: set undo to true`,
    ),
    ...when(
      undo && compensation !== "adapter",
      "/binding/undo",
      'is never used: set compensation to "adapter", or leave undo out',
    ),
  ],

  binding_resolution: (contract, { looks_up }, asked) => [
    ...when(
      contract.outcome_resolution === "QUERYABLE" && writes(contract) && !looks_up,
      "/binding/looks_up",
      `outcome_resolution is QUERYABLE, but ${asked.are_said} to look calls up: set looks_up to true`,
    ),
    ...when(
      contract.outcome_resolution !== "QUERYABLE" && looks_up,
      "/binding/looks_up",
      `is never used: outcome_resolution is ${contract.outcome_resolution}, not QUERYABLE`,
    ),
  ],
} as const satisfies Record<string, Rule>;

/** Offers of a binding that its contract does not use, and uses of a contract that its binding does not offer. */
export const offeredFaults = (contract: ToolContractInput, offered: Offered, who: keyof typeof WORDS): Violation[] =>
  Object.entries(OFFERED_RULES).flatMap(([rule, of]) => named(rule, of(contract, offered, WORDS[who])));
