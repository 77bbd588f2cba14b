import { outwardBinding } from "../../../shared/contracts/binding/binding.ts";
import { argumentFaults } from "../../../shared/contracts/input-schema.ts";
import { placeInSchema } from "../../../shared/contracts/schema/place-in-schema.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { tokensOf } from "../../../shared/plan/json-pointer.ts";
import { resolveArguments } from "../../../shared/plan/references.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { didYouMean } from "../../../shared/plan/suggestion.ts";
import type { ArgumentSource } from "../../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../../deps.ts";
import type { RehearsedStep } from "../../records/workflow-input.ts";
import { cutInWords } from "../../tools/remarks.ts";
import type { Answered } from "../../tools/safe-answer.ts";
import { toolPort } from "../../tools/tool-port.ts";
import { bodyPrefix, currentArguments, move, readOutputs, type StepContext, toolCall } from "../step/step-context.ts";
import { timedAttempt } from "../step/timed-attempt.ts";
import { type BatchDeps, inBatches } from "./in-batches.ts";

export type MockDeps = BatchDeps & Pick<Deps, "timer" | "toolbox">;

/** The MOCK rung: simulated, touches nothing. Repeating it after it was done changes nothing. */
export const mock = (deps: MockDeps) =>
  inBatches(deps, { rehearse: (context, step) => mockStep(deps, context, step), fits: () => true });

const mockStep = async (deps: MockDeps, context: StepContext, item: RehearsedStep): Promise<void> => {
  const { contract, record } = context;
  if (record.state !== "MOCK" || record.phase !== "open") return;
  const ready = await mockArguments(deps, context);
  if (!ready.ok) {
    await move(deps, record, { event: "failed", reason: ready.refusal, changes: { ending: "failed" } });
    return;
  }
  const args = ready.value;
  const tool = toolPort(deps, contract);
  const tried = await timedAttempt<Answered<Json>>(deps, "MOCK", true, () =>
    // Without a mock provider there is nothing to simulate: the contract says that the preview stands for both.
    contract.mock_provider_available ? tool.mock(toolCall(context, args)) : Promise.resolve({ value: null, cut: null }),
  );
  const rungs = [...record.rungs, tried.rung];
  if (!tried.ok) {
    await move(deps, record, { event: "failed", reason: tried.error, changes: { ending: "failed", rungs } });
    return;
  }
  const mock_output = await deps.bodies.put(bodyPrefix(record.execution_id, "outputs"), tried.value.value);
  if (item.ceiling === "MOCK") {
    const changes = { ending: "ceiling", mock_output, rungs } as const;
    await move(deps, record, { event: "ceiling_reached", reason: item.ceiling_reason, changes });
  } else {
    await move(deps, record, {
      event: "mock_succeeded",
      reason: cutInWords(tried.value),
      // Said once, on the first rung: it holds for the others too, also where they fail.
      changes: { mock_output, rungs, ...(tool.made_up() ? { made_up: true } : {}) },
    });
  }
};

/**
 * Arguments for a mock: results of other mocks where they have what is asked for, else a stand-in. The shape of a mock is
 * invented where nothing says what its tool returns, so a missing field says nothing about the plan. Where it is known,
 * a field that it has not will not be there after the call either: refused now, naming the one it is near to. One that
 * the output schema describes or leaves open is there for all that a mock can tell.
 */
const mockArguments = async (deps: MockDeps, context: StepContext): Promise<Result<JsonObject, string>> => {
  const current = await currentArguments(deps, context);
  const outputOf = await readOutputs(
    deps,
    context,
    current.sources,
    (source) => source.mock_output ?? source.live_output,
  );
  const resolved = resolveArguments(current.arguments, outputOf);
  if (resolved.ok) {
    const unfit = unfitTypes(context, current.sources, resolved.value);
    return unfit.length === 0 ? accept(resolved.value) : refuse(unfit.join("; "));
  }
  const { from, path, message } = resolved.refusal;
  const mocked = outputOf(from);
  const isKnown = isShapeKnown(context, from) && !mayBeThere(context, from, path);
  const missing = mocked === undefined || !isKnown ? undefined : missingName(mocked, path);
  return missing === undefined ? accept(standIns(current.arguments)) : refuse(`${message}${missing}`);
};

/**
 * Values of another type than the tool takes: a mock of the sandbox is invented, and of the type that its call returns.
 * Of a tool with an output schema, the submission was held to that.
 */
const unfitTypes = (context: StepContext, sources: readonly ArgumentSource[], args: JsonObject): string[] => {
  const mocked = sources.filter(({ from }) => isShapeKnown(context, from) && !hasOutputSchema(context, from));
  if (mocked.length === 0) return [];
  return argumentFaults(context.contract, args).faults.flatMap(({ keyword, at, said }) => {
    const source = mocked.find((each) => each.at === at);
    if (keyword !== "type" || source === undefined) return [];
    const place = source.path === "" ? "the output" : `${source.path} in the output`;
    return [`${place} of step ${source.from} does not fit ${at} of ${context.step.tool_name}: it ${said().message}`];
  });
};

/** Its output schema says what it returns, or it acts on the sandbox, whose mocks and calls return alike. */
const isShapeKnown = (context: StepContext, from: string): boolean => {
  const contract = giverOf(context, from);
  if (contract === undefined || !contract.mock_provider_available) return false;
  return contract.output_schema !== undefined || outwardBinding(contract) === undefined;
};

const mayBeThere = (context: StepContext, from: string, path: string): boolean => {
  const schema = giverOf(context, from)?.output_schema;
  return schema !== undefined && ["described", "open"].includes(placeInSchema(schema, tokensOf(path)).kind);
};

const hasOutputSchema = (context: StepContext, from: string): boolean =>
  giverOf(context, from)?.output_schema !== undefined;

const giverOf = ({ submission }: StepContext, from: string): ToolContract | undefined => {
  const step = submission.plans.flatMap(({ steps }) => steps).find(({ step_id }) => step_id === from);
  return submission.contracts.find(({ tool_name }) => tool_name === step?.tool_name);
};

/**
 * The part of a path that an object lacks, in words; undefined where an item of a list is missing, or null is what is
 * there.
 */
const missingName = (output: Json, path: string): string | undefined => {
  let value: Json | undefined = output;
  for (const token of tokensOf(path)) {
    if (!isJsonObject(value)) return undefined;
    if (!Object.hasOwn(value, token)) {
      const names = Object.keys(value);
      return didYouMean(token, names) || (names.length === 0 ? "; nothing is in it" : `; there is ${names.join(", ")}`);
    }
    value = value[token];
  }
  return undefined;
};

const standIns = (args: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(args).map(([key, value]) => [key, standIn(value)]));

const standIn = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(standIn);
  if (!isJsonObject(value)) return value;
  return "$from" in value ? "mock" : standIns(value);
};
