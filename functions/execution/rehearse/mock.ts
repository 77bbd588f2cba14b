import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { resolveArguments } from "../../../shared/plan/references.ts";
import type { Deps } from "../../deps.ts";
import { ANSWERED, type Answer, rungItem } from "../../records/workflow-input.ts";
import { cutInWords } from "../../tools/remarks.ts";
import { type Answered, toolPort } from "../../tools/tool-port.ts";
import {
  bodyPrefix,
  currentArguments,
  loadStep,
  move,
  readOutputs,
  type StepContext,
  toolCall,
} from "../step/step-context.ts";
import { timedAttempt } from "../step/timed-attempt.ts";

export type MockDeps = Pick<Deps, "clock" | "timer" | "executions" | "bodies" | "steps" | "toolbox">;

/** The MOCK rung: simulated, touches nothing. Repeating it after it was done changes nothing. */
export const mock =
  (deps: MockDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = rungItem.parse(input);
    const context = await loadStep(deps, item);
    if (context.record.state !== "MOCK" || context.record.phase !== "open") return ANSWERED;
    const args = await mockArguments(deps, context);
    const { contract, record } = context;
    const tried = await timedAttempt<Answered<Json>>(deps, "MOCK", true, () =>
      // Without a mock provider there is nothing to simulate: the contract says that the preview stands for both.
      contract.mock_provider_available
        ? toolPort(deps, contract).mock(toolCall(context, args))
        : Promise.resolve({ value: null, cut: null }),
    );
    const rungs = [...record.rungs, tried.rung];
    if (!tried.ok) {
      await move(deps, record, { event: "failed", reason: tried.error, changes: { ending: "failed", rungs } });
      return ANSWERED;
    }
    const mock_output = await deps.bodies.put(bodyPrefix(item.execution_id, "outputs"), tried.value.value);
    if (item.ceiling === "MOCK") {
      const changes = { ending: "ceiling", mock_output, rungs } as const;
      await move(deps, record, { event: "ceiling_reached", reason: item.ceiling_reason, changes });
    } else {
      await move(deps, record, {
        event: "mock_succeeded",
        reason: cutInWords(tried.value),
        changes: { mock_output, rungs },
      });
    }
    return ANSWERED;
  };

/**
 * Arguments for a mock: results of other mocks where they have what is asked for, else a stand-in. A mock's shape is
 * invented, so a missing field says nothing about the plan.
 */
const mockArguments = async (deps: MockDeps, context: StepContext): Promise<JsonObject> => {
  const current = await currentArguments(deps, context);
  const outputOf = await readOutputs(
    deps,
    context,
    current.sources,
    (source) => source.mock_output ?? source.live_output,
  );
  const resolved = resolveArguments(current.arguments, outputOf);
  return resolved.ok ? resolved.value : standIns(current.arguments);
};

const standIns = (args: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(args).map(([key, value]) => [key, standIn(value)]));

const standIn = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(standIn);
  if (!isJsonObject(value)) return value;
  return "$from" in value ? "mock" : standIns(value);
};
