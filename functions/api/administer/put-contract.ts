import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import { undoingViolations } from "../../../shared/contracts/undoing.ts";
import { isJsonObject, json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { recordOperator } from "../act/record-operator.ts";
import { invalidInput, oneViolation } from "../http/problems.ts";
import type { ContractReply, Problem } from "../schemas.ts";

type Using = Pick<Deps, "contracts" | "auditLog" | "clock">;

const ATTEMPTS = 20;

/** What a client read and sends back: fields that the registry gives are not the client's to say. */
const withoutGiven = (body: unknown): unknown => {
  const parsed = json.safeParse(body);
  if (!parsed.success || !isJsonObject(parsed.data)) return body;
  const { version: _version, content_hash: _hash, ...input } = parsed.data;
  return input;
};

/** `tool_name` may be left out of the body; where it stands there it must be the path's. */
const named = (body: unknown, tool_name: string): Result<unknown, Problem> => {
  const input = withoutGiven(body);
  if (typeof input !== "object" || input === null || Array.isArray(input)) return accept(input);
  if (!("tool_name" in input)) return accept({ ...input, tool_name });
  if (input.tool_name === tool_name) return accept(input);
  return refuse(
    oneViolation({ path: "/tool_name", rule: "tool_name", message: `must be ${tool_name}, as in the path` }),
  );
};

/** A new version of a contract; the newest one again where it says the same. Running executions keep theirs. */
export const putContract =
  (deps: Using) =>
  async (tool_name: string, body: unknown, caller: string): Promise<Result<ContractReply, Problem>> => {
    const input = named(body, tool_name);
    if (!input.ok) return input;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const newest = await deps.contracts.get(tool_name);
      const defined = defineContract(input.value, (newest?.version ?? 0) + 1);
      if (!defined.ok) return refuse(invalidInput(defined.refusal));
      if (newest !== undefined && newest.content_hash === defined.value.content_hash) {
        return accept({ contract: newest, unchanged: true });
      }
      const violations = undoingViolations(defined.value, contractsByName(await deps.contracts.all()));
      if (violations.length > 0) return refuse(invalidInput({ violations, more: 0 }));
      if (!(await deps.contracts.put(defined.value))) continue;
      const { version, content_hash, risk_level } = defined.value;
      const at = deps.clock.now().toISOString();
      await recordOperator(deps, caller, at, "contract_put", { tool_name, version, content_hash, risk_level });
      return accept({ contract: defined.value, unchanged: false });
    }
    throw new Error(`contract ${tool_name} was changed by others ${ATTEMPTS} times in a row`);
  };
