import { isAtOrBelow, pointerTo } from "../plan/json-pointer.ts";
import { literalView } from "../plan/references.ts";
import type { ArgumentSource, PlanStep, ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import { MAX_VIOLATIONS_LISTED, type Violation } from "../plan/violation.ts";
import { type ArgumentFault, argumentFaults, listedFaults } from "./input-schema.ts";
import { nearArgumentInWords, nearArguments } from "./near-arguments.ts";
import { type SaidOfPlace, saidOfSource } from "./referred-outputs.ts";
import { countResources } from "./resources.ts";
import type { ToolContract } from "./tool-contract.ts";

/** Faults that these find about an object or array holds whatever values its unknown places take. */
const CERTAIN_AROUND = new Set([
  "type",
  "required",
  "dependentRequired",
  "additionalProperties",
  "minProperties",
  "maxProperties",
  "minItems",
  "maxItems",
]);

/** Of these, another branch may hold once the unknown values are there, and then nothing their branches found counts. */
const CHOICES = new Set(["anyOf", "oneOf", "not", "if", "contains"]);

/** A submission of which so much is wrong is not looked at further: a reply lists a hundred. */
const MOST_FOUND = 1_000;

/**
 * Resources that the steps of a submission may name together, each as often as a step names it: four for each of 10,000
 * steps. Resolving conflicts compares them while nobody else is answered.
 */
export const MAX_RESOURCES_TOGETHER = 40_000;

/** The faults that no value of a `$from` can mend. */
const certainFaults = (
  faults: readonly ArgumentFault[],
  { argument_sources: sources }: PlanStep,
): readonly ArgumentFault[] => {
  if (sources.length === 0) return faults;
  const fedFromAbove = (at: string) => sources.some((source) => isAtOrBelow(at, source.at));
  const fedInside = (at: string) => sources.some((source) => isAtOrBelow(source.at, at));
  const openChoices = faults.filter(({ keyword, at }) => CHOICES.has(keyword) && fedInside(at)).map(({ at }) => at);
  return faults.filter(({ keyword, at }) => {
    if (fedFromAbove(at) || openChoices.some((choice) => isAtOrBelow(at, choice))) return false;
    return !fedInside(at) || CERTAIN_AROUND.has(keyword);
  });
};

/** Where a step's arguments stand in its plan as it was sent. */
const argumentsPath = (plan: ToolExecutionPlan, step: PlanStep, planPath: string): string =>
  plan.source_form === "full"
    ? `${planPath}/steps/${step.position}/arguments`
    : pointerTo(`${planPath}/tool_arguments`, step.tool_name);

/**
 * Calls that a submission's contracts refuse before anything runs: arguments that break the tool's input schema and
 * that no `$from` can mend. Anything else about arguments is checked again, on resolved values, before DRY_RUN and
 * LIVE. Tools without a contract are skipped: `acceptSubmission` has refused them. `planPaths` are its `plan_paths`.
 * In the short form, arguments that several steps share are reported once.
 */
export const contractViolations = (
  plans: readonly ToolExecutionPlan[],
  contracts: ReadonlyMap<string, ToolContract>,
  planPaths: readonly string[] = [],
): Violation[] => {
  const found = new Map<string, Violation>();
  let resources = 0;
  const add = (violation: Violation): void => {
    found.set(JSON.stringify([violation.path, violation.rule, violation.message]), violation);
  };
  for (const [index, plan] of plans.entries()) {
    for (const step of plan.steps) {
      if (found.size >= MOST_FOUND) return cutShort([...found.values()]);
      const contract = contracts.get(step.tool_name);
      if (contract === undefined) continue;
      const pathTo = (at: string) => `${argumentsPath(plan, step, planPaths[index] ?? `/plans/${index}`)}${at}`;
      const { faults, stopped } = argumentFaults(contract, literalView(step.arguments));
      const certain = certainFaults(faults, step);
      for (const { path, rule, message } of listedFaults(certain, stopped && certain.length > 0))
        add({ path: pathTo(path), rule, message: `${step.tool_name}: ${message}` });
      const { count, tooMany } = countResources(contract, literalView(step.arguments), step.argument_sources);
      if (tooMany !== undefined && faults.length === 0)
        add({ ...tooMany, path: pathTo(tooMany.path), message: `${step.tool_name}: ${tooMany.message}` });
      resources += count;
      if (resources > MAX_RESOURCES_TOGETHER) return [...found.values(), tooManyTogether(pathTo(""))];
      for (const { source, said } of referred(plan, step, contracts))
        if (said.kind === "refused") add({ path: pathTo(source.at), rule: "output_place", message: said.message });
    }
  }
  return [...found.values()];
};

const tooManyTogether = (path: string): Violation => ({
  path,
  rule: "too_many_resources",
  message: `the steps up to this one name more than ${MAX_RESOURCES_TOGETHER} resources together: send the plans in several submissions, or steps with shorter lists`,
});

/** The last of those that a reply lists says that not every step was looked at. */
const cutShort = (found: readonly Violation[]): Violation[] =>
  found.toSpliced(MAX_VIOLATIONS_LISTED - 1, 0, {
    path: "/plans",
    rule: "more_faults",
    message: `${found.length} faults were found and the steps after them were not looked at: mend what these have in common`,
  });

/** The words of the contracts of the steps that feed a step of the places that it refers to. */
const referred = (
  plan: ToolExecutionPlan,
  step: PlanStep,
  contracts: ReadonlyMap<string, ToolContract>,
): { readonly source: ArgumentSource; readonly said: SaidOfPlace }[] =>
  step.argument_sources.flatMap((source) => {
    const feeding = plan.steps.find(({ step_id }) => step_id === source.from);
    const [giving, taking] = [feeding && contracts.get(feeding.tool_name), contracts.get(step.tool_name)];
    const said = giving && taking && saidOfSource(source, giving, taking);
    return said === undefined ? [] : [{ source, said }];
  });

/**
 * The parts of a submission that its contracts take, but perhaps not as it was meant: misspelt arguments, places nobody
 * names.
 */
export const contractNotes = (
  plans: readonly ToolExecutionPlan[],
  contracts: ReadonlyMap<string, ToolContract>,
): string[] => [
  ...new Set(
    plans.flatMap((plan) =>
      plan.steps.flatMap((step) => {
        const contract = contracts.get(step.tool_name);
        if (contract === undefined) return [];
        const near = nearArguments(contract.input_schema, literalView(step.arguments)).map((each) =>
          nearArgumentInWords(each, step.tool_name),
        );
        const places = referred(plan, step, contracts).flatMap(({ said }) =>
          said.kind === "warning" ? [said.message] : [],
        );
        return [...near, ...places].map((note) => `plan ${plan.plan_id}, step ${step.step_id}: ${note}`);
      }),
    ),
  ),
];
