import { checkCall } from "../../../shared/contracts/check-call.ts";
import { resourcesOf } from "../../../shared/contracts/resources.ts";
import { approvalsRequired, contractAllows } from "../../../shared/contracts/static-ceiling.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { lockApplies } from "../../../shared/execution/lock/lock.ts";
import { argumentSizeFault } from "../../../shared/plan/argument-size.ts";
import { nameWithId } from "../../../shared/plan/called.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { referencesIn, resolveArguments } from "../../../shared/plan/references.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { listViolations, type Violation } from "../../../shared/plan/violation.ts";
import { type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { cutInWords } from "../../tools/remarks.ts";
import { ToolSurprise, toolPort } from "../../tools/tool-port.ts";
import { recordOperator } from "../act/record-operator.ts";
import { invalidInput, notFound } from "../http/problems.ts";
import type { Problem, TryReply } from "../schemas.ts";

type Using = Pick<Deps, "auditLog" | "callerNames" | "clock" | "contracts" | "ids" | "locks" | "timer" | "toolbox">;

/** The request has to be answered within the 29 s of its function, whatever longer its contract allows a call. */
const LONGEST_SECONDS = 20;

/**
 * MOCK and DRY_RUN of one call, as a rehearsal would make them, under the same limits and locks: what an approver would
 * see. Nothing of it is kept but the operators' mark that it was asked for, which stands before a service is read.
 */
export const tryTool =
  (deps: Using) =>
  async (tool_name: string, given: JsonObject, caller: string): Promise<Result<TryReply, Problem>> => {
    const contract = await deps.contracts.get(tool_name);
    if (contract === undefined) return refuse(notFound(`contract ${tool_name}`));
    const args = argumentsOf(contract, given);
    if (!args.ok) return refuse(invalidInput(listViolations(args.refusal)));
    const { version, content_hash, risk_level } = contract;
    await recordOperator(deps, caller, deps.clock.now().toISOString(), "tool_tried", { tool_name, version });
    const limited = { ...contract, timeout_seconds: Math.min(contract.timeout_seconds, LONGEST_SECONDS) };
    const call: ToolCall = {
      contract: limited,
      arguments: args.value,
      execution_id: deps.ids.next(),
      step_id: "try",
      agent_id: caller,
    };
    const [mock, preview] = await Promise.all([mockOf(deps, limited, call), previewOf(deps, limited, call)]);
    const approvals_required = approvalsRequired(contract);
    const resources = resourcesOf(contract, args.value, []).map(({ key, access }) => ({ key, access }));
    return accept({
      contract: { tool_name, version, content_hash, risk_level },
      approvals_required,
      resources,
      mock,
      preview,
    });
  };

/** As they would be sent: there is no other step whose output could feed them. */
const argumentsOf = (contract: ToolContract, given: JsonObject): Result<JsonObject, Violation[]> => {
  const at = (path: string): string => `/arguments${path}`;
  const { sources, faults } = referencesIn(given);
  const fed = sources.map(({ at: path, from }) => ({
    path: at(path),
    rule: "reference",
    message: `there is no step ${from} here whose output it could take: write the value itself`,
  }));
  const malformed = faults.map(({ at: path, message }) => ({ path: at(path), rule: "reference", message }));
  const size = argumentSizeFault(given);
  const large = size === undefined ? [] : [{ path: "/arguments", rule: "argument_size", message: size }];
  const faulty = [...large, ...fed, ...malformed];
  if (faulty.length > 0) return refuse(faulty);
  const resolved = resolveArguments(given, () => undefined);
  if (!resolved.ok) return refuse([{ path: "/arguments", rule: "reference", message: resolved.refusal.message }]);
  const violations = checkCall(contract, resolved.value);
  if (violations.length === 0) return resolved;
  return refuse(violations.map((violation) => ({ ...violation, path: at(violation.path) })));
};

type Made<Value> = (Value & { readonly made: true; readonly remarks: string | null }) | NotMade;
type NotMade = { readonly made: false; readonly why: string };

const mockOf = async (deps: Using, contract: ToolContract, call: ToolCall): Promise<TryReply["mock"]> => {
  if (!contractAllows(contract, "MOCK")) return { made: false, why: `${contract.tool_name} has no mock provider` };
  return made(async () => {
    const answered = await toolPort(deps, contract).mock(call);
    return { output: answered.value, remarks: cutInWords(answered) };
  });
};

const previewOf = async (deps: Using, contract: ToolContract, call: ToolCall): Promise<TryReply["preview"]> => {
  const { execution_id } = call;
  const concerned = { execution_id, tool_names: [contract.tool_name], agent_ids: [] };
  const lock = (await deps.locks.all()).find((each) => lockApplies(each, concerned));
  if (lock !== undefined) {
    const who = nameWithId(await calledNow(deps), lock.locked_by);
    return { made: false, why: `locked by ${who}: ${lock.reason}` };
  }
  if (!contractAllows(contract, "DRY_RUN")) {
    return {
      made: false,
      why: `${contract.tool_name} has no mock provider and is not reversible, so it has no preview`,
    };
  }
  return made(async () => {
    const answered = await toolPort(deps, contract).preview(call);
    return { ...answered.value, changes: [...answered.value.changes], remarks: cutInWords(answered) };
  });
};

const made = async <Value extends object>(
  make: () => Promise<Value & { readonly remarks: string | null }>,
): Promise<Made<Value>> => {
  try {
    return { made: true, ...(await make()) };
  } catch (error) {
    if (error instanceof ToolFailure || error instanceof ToolSurprise) return { made: false, why: error.message };
    throw error;
  }
};
