import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import type { Reach } from "../../binding/binding.ts";
import type { WorkerBinding } from "../../binding/worker/worker-binding.ts";
import type { ToolContractInput } from "../../tool-contract.ts";
import { offeredFaults } from "../offered-rules.ts";

const when = (broken: boolean, fault: Violation): Violation[] => (broken ? [fault] : []);

const startFaults = ({ timeout_seconds }: ToolContractInput, { start_seconds }: WorkerBinding): Violation[] =>
  when(start_seconds !== undefined && start_seconds >= timeout_seconds, {
    path: "/binding/start_seconds",
    rule: "binding_start",
    message: `must be less than timeout_seconds (${timeout_seconds}), in which the call is taken, made and answered`,
  });

const reachFaults = ({ group }: WorkerBinding, { worker_groups }: Reach): Violation[] =>
  when(worker_groups !== undefined && !worker_groups.includes(group), {
    path: "/binding/group",
    rule: "binding_worker_group",
    message: `this deployment gives no worker of group ${quoted(group)} a token: an operator adds it (worker_groups)`,
  });

/** Everything that keeps a `worker` binding from ever being right. `reach`: as of `bindingViolations`. */
export const workerFaults = (contract: ToolContractInput, binding: WorkerBinding, reach?: Reach): Violation[] => [
  ...offeredFaults(contract, binding, "workers"),
  ...startFaults(contract, binding),
  ...(reach === undefined ? [] : reachFaults(binding, reach)),
];
