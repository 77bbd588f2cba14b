import { isAtOrBelow, pointerTo } from "../plan/json-pointer.ts";
import { literalView } from "../plan/references.ts";
import type { ArgumentSource, PlanStep, ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import { MAX_VIOLATIONS_LISTED, type Violation } from "../plan/violation.ts";
import type { ArgumentFault } from "./argument-violation.ts";
import { argumentFaults, listedFaults } from "./input-schema.ts";
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
    const referred = referringIn(plan, contracts);
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
      for (const { source, said } of referred(step))
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

type Referred = { readonly source: ArgumentSource; readonly said: SaidOfPlace };

/**
 * Tells of the steps of one plan the words of the contracts of those that feed them, of the places that they refer to. A
 * step may refer to thousands of places, as others of its tool do: each is looked up once.
 */
const referringIn = (plan: ToolExecutionPlan, contracts: ReadonlyMap<string, ToolContract>) => {
  const tools = new Map(plan.steps.map(({ step_id, tool_name }) => [step_id, tool_name]));
  const known = new Map<string, SaidOfPlace | undefined>();
  return (step: PlanStep): Referred[] =>
    step.argument_sources.flatMap((source) => {
      const [from, to] = [tools.get(source.from), step.tool_name];
      const [giving, taking] = [contracts.get(from ?? ""), contracts.get(to)];
      if (giving === undefined || taking === undefined) return [];
      const key = JSON.stringify([source.from, source.path, to, source.at]);
      if (!known.has(key)) known.set(key, saidOfSource(source, giving, taking));
      const said = known.get(key);
      return said === undefined ? [] : [{ source, said }];
    });
};

/**
 * The parts of a submission that its contracts take, but perhaps not as it was meant: misspelt arguments, places nobody
 * names.
 */
export const contractNotes = (
  plans: readonly ToolExecutionPlan[],
  contracts: ReadonlyMap<string, ToolContract>,
): string[] => [
  ...new Set(
    plans.flatMap((plan) => {
      const referred = referringIn(plan, contracts);
      return plan.steps.flatMap((step) => {
        const contract = contracts.get(step.tool_name);
        if (contract === undefined) return [];
        const near = nearArguments(contract.input_schema, literalView(step.arguments)).map((each) =>
          nearArgumentInWords(each, step.tool_name),
        );
        const places = referred(step).flatMap(({ said }) => (said.kind === "warning" ? [said.message] : []));
        return [...near, ...places].map((note) => `plan ${plan.plan_id}, step ${step.step_id}: ${note}`);
      });
    }),
  ),
];
