import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import type { Reach } from "../binding.ts";
import type { WorkerBinding } from "./worker-binding.ts";

type Found = Omit<Violation, "rule">[];
type Rule = (contract: ToolContractInput, binding: WorkerBinding) => Found;
const when = (broken: boolean, path: string, message: string): Found => (broken ? [{ path, message }] : []);

/** Every rule about a `worker` binding by its name, which is the `rule` of its violations. */
const WORKER_RULES = {
  binding_of_a_read: (contract, { previews, undo, looks_up }) =>
    writes(contract)
      ? []
      : Object.entries({ previews, undo, looks_up }).flatMap(([name, set]) =>
          when(set, `/binding/${name}`, "a tool that only reads is asked the same in DRY_RUN and LIVE: leave it out"),
        ),

  binding_undo: ({ compensation }, { undo }) => [
    ...when(
      compensation === "adapter" && !undo,
      "/compensation",
      'compensation is "adapter", but the binding does not say that workers undo: set undo to true',
    ),
    ...when(
      undo && compensation !== "adapter",
      "/binding/undo",
      'is never used: set compensation to "adapter", or leave undo out',
    ),
  ],

  binding_resolution: (contract, { looks_up }) => [
    ...when(
      contract.outcome_resolution === "QUERYABLE" && writes(contract) && !looks_up,
      "/binding/looks_up",
      "outcome_resolution is QUERYABLE, but workers are not said to look calls up: set looks_up to true",
    ),
    ...when(
      contract.outcome_resolution !== "QUERYABLE" && looks_up,
      "/binding/looks_up",
      `is never used: outcome_resolution is ${contract.outcome_resolution}, not QUERYABLE`,
    ),
  ],

  binding_start: ({ timeout_seconds }, { start_seconds }) =>
    when(
      start_seconds !== undefined && start_seconds >= timeout_seconds,
      "/binding/start_seconds",
      `must be less than timeout_seconds (${timeout_seconds}), in which the call is taken, made and answered`,
    ),
} as const satisfies Record<string, Rule>;

const reachFaults = ({ group }: WorkerBinding, { worker_groups }: Reach): Found =>
  when(
    worker_groups !== undefined && !worker_groups.includes(group),
    "/binding/group",
    `this deployment gives no worker of group ${quoted(group)} a token: an operator adds it (worker_groups)`,
  );

/** Everything that keeps a `worker` binding from ever being right. `reach`: as of `bindingViolations`. */
export const workerFaults = (contract: ToolContractInput, binding: WorkerBinding, reach?: Reach): Violation[] => {
  const named = (rule: string, found: Found): Violation[] => found.map((fault) => ({ ...fault, rule }));
  return [
    ...Object.entries(WORKER_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding))),
    ...(reach === undefined ? [] : named("binding_worker_group", reachFaults(binding, reach))),
  ];
};
