import { type ExecutionConfig, executionConfig } from "./config.ts";
import { dependencyViolations } from "./dependency-rules.ts";
import { jsonFaults } from "./json-faults.ts";
import { parseLeniently } from "./lenient-parse.ts";
import { matchValidations } from "./match-validations.ts";
import { nameViolations, type Registries } from "./name-rules.ts";
import { type Normalising, normaliseFull, normalisePhase21 } from "./normalise.ts";
import { phase21Violations } from "./phase21-rules.ts";
import { accept, type Result, refuse } from "./result.ts";
import { schemaViolations } from "./schema-violations.ts";
import { assignStepIds } from "./step-ids.ts";
import { fullPlan, phase21Plan } from "./submission-schema.ts";
import { submissionSizeViolations } from "./submission-size.ts";
import { type SubmittedPlan, submittedParts } from "./submitted-parts.ts";
import type { ToolExecutionPlan } from "./tool-execution-plan.ts";
import { listViolations, type Violation, type Violations } from "./violation.ts";
import { warningsOf } from "./warnings.ts";

export type { Registries } from "./name-rules.ts";

export type AcceptedSubmission = {
  plans: ToolExecutionPlan[];
  config: ExecutionConfig;
  /** Accepted, but perhaps not what was meant: assumed confidences, arguments shared by several steps. */
  warnings: string[];
  /** JSON Pointer of each plan in the body as it was sent, for later stages that find something wrong in it. */
  plan_paths: string[];
};

/** A plan that its schema took, waiting for what the other plans decide about its ids. */
type ReadPlan = { violations: Violation[]; normalise: ((normalising: Normalising) => ToolExecutionPlan) | undefined };

const readPlan = ({ form, raw, path }: SubmittedPlan): ReadPlan => {
  if (form === "full") {
    const parsed = fullPlan.safeParse(raw, { reportInput: true });
    return parsed.success
      ? { violations: [], normalise: (normalising) => normaliseFull(parsed.data, normalising) }
      : { violations: schemaViolations(parsed.error, fullPlan, path), normalise: undefined };
  }
  const parsed = phase21Plan.safeParse(raw, { reportInput: true });
  return parsed.success
    ? { violations: [], normalise: (normalising) => normalisePhase21(parsed.data, normalising) }
    : { violations: schemaViolations(parsed.error, phase21Plan, path), normalise: undefined };
};

const readConfig = (submitted: unknown): { config: ExecutionConfig | undefined; violations: Violation[] } => {
  const parsed = executionConfig.safeParse(submitted ?? {}, { reportInput: true });
  return parsed.success
    ? { config: parsed.data, violations: [] }
    : { config: undefined, violations: schemaViolations(parsed.error, executionConfig, "/config") };
};

/** One complaint per place: the first that found something there knows best what it is. */
const onePerPlace = (violations: readonly Violation[]): Violation[] => {
  const places = new Map<string, Violation>();
  for (const violation of violations) if (!places.has(violation.path)) places.set(violation.path, violation);
  return [...places.values()];
};

/** The field's own schema speaks of a NaN or null more usefully than the check of the whole body. */
const preferSchema = (faults: readonly Violation[], schema: readonly Violation[]): Violation[] => {
  const told = new Set(schema.map(({ path }) => path));
  return faults.filter(({ path }) => !told.has(path));
};

/** Every tool that a body names, once, whatever else is wrong with it: what must be known to judge it. */
export const toolsNamedIn = (body: unknown): string[] => {
  if (submissionSizeViolations(body).length > 0 || !jsonFaults(body).walkable) return [];
  const plans = submittedParts(body).plans.map(({ form, raw, path }) => parseLeniently(form, raw, path));
  return [...new Set(plans.flatMap(({ steps }) => steps.flatMap(({ tool_name }) => tool_name ?? [])))];
};

/**
 * Turns the body of a submission into normalised plans, or says everything that is wrong with it at once: each
 * violation with its place, the rule, and what to do. Nothing of a refused body may be stored.
 *
 * The body is `{plans, validations?, config?}`, a single plan, or an array of plans; a plan is in Phase 21's short form
 * or in the full form. Equal bodies give equal plans. In the short form the order of agents is the order of
 * `agent_assignments` as written (names that are whole numbers come first: JavaScript sorts those); elsewhere the order
 * of an object's fields means nothing. Step ids: see `assignStepIds`. Time is near-linear in the body's size.
 */
export const acceptSubmission = (body: unknown, registries: Registries): Result<AcceptedSubmission, Violations> => {
  const tooLarge = submissionSizeViolations(body);
  if (tooLarge.length > 0) return refuse(listViolations(tooLarge));
  const faults = jsonFaults(body);
  if (!faults.walkable) return refuse(listViolations(faults.violations));

  const parts = submittedParts(body);
  const lenient = parts.plans.map(({ form, raw, path }) => parseLeniently(form, raw, path));
  const read = parts.plans.map(readPlan);
  const { config, violations: configViolations } = readConfig(parts.config);
  const { finalId, violations: idViolations } = assignStepIds(lenient);
  const matched = matchValidations(
    parts.validations,
    lenient.map(({ plan_id }) => plan_id),
  );

  const shape = [...parts.violations, ...read.flatMap(({ violations }) => violations), ...configViolations];
  const violations = onePerPlace([
    ...preferSchema(faults.violations, [...shape, ...matched.violations]),
    ...shape,
    ...matched.violations,
    ...nameViolations(lenient, registries),
    ...lenient.flatMap(phase21Violations),
    ...dependencyViolations(lenient),
    ...idViolations,
  ]);
  if (violations.length > 0 || config === undefined) return refuse(listViolations(violations));

  const normalising: Normalising = { finalId, agents: registries.agents, validations: matched.byPlan };
  const plans = read.flatMap(({ normalise }) => normalise?.(normalising) ?? []);
  return accept({ plans, config, warnings: warningsOf(plans), plan_paths: parts.plans.map(({ path }) => path) });
};
