import { type Agent, maySubmitFor } from "./agent.ts";
import { type Called, NOBODY_NAMED, nameWithId } from "./called.ts";
import type { LenientPlan, Named } from "./lenient-parse.ts";
import { createSuggester, quoted } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

/** The questions of the plan stage to the registries: whether a tool exists, and who an agent is. */
export type Registries = {
  tools: { has(name: string): boolean; keys(): Iterable<string> };
  agents: ReadonlyMap<string, Agent>;
  /** An open registry takes agents it does not know. */
  registry_open: boolean;
  /** The sender of the plans. */
  submitter: string;
  /** The names that callers are read by. */
  called?: Called;
};

/** The rule for which a refusal speaks of people. */
export const SUBMITTER_NOT_ALLOWED = "submitter_not_allowed";

const repeated = (name: string, path: string, first: string, rule: string, what: string): Violation => ({
  path,
  rule,
  message: `${what} ${quoted(name)} is already used at ${first}; give it another`,
});

/** Names that stand more than once, each at its second and later places. */
const repeats = (names: readonly (Named | undefined)[], rule: string, what: string): Violation[] => {
  const seen = new Map<string, string>();
  return names.flatMap((named) => {
    if (named === undefined) return [];
    const first = seen.get(named.name);
    if (first === undefined) seen.set(named.name, named.path);
    return first === undefined ? [] : [repeated(named.name, named.path, first, rule, what)];
  });
};

const repeatedSteps = (plan: LenientPlan): Violation[] => {
  const violations: Violation[] = [];
  for (const step of plan.steps) {
    const first = step.step_id === undefined ? undefined : plan.stepsById.get(step.step_id);
    if (step.step_id === undefined || first === undefined || first === step) continue;
    const [path, before] = [plan.pathOf(step, "step_id"), plan.pathOf(first, "step_id")];
    violations.push(repeated(step.step_id, path, before, "duplicate_step_id", "step_id"));
  }
  return violations;
};

const unknownTools = (plans: readonly LenientPlan[], { tools }: Registries): Violation[] => {
  const suggest = createSuggester(() => tools.keys());
  const violations: Violation[] = [];
  for (const plan of plans)
    for (const step of plan.steps) {
      const tool = step.tool_name;
      if (tool === undefined || tools.has(tool)) continue;
      const message = `no contract is registered for tool ${quoted(tool)}${suggest(tool) || "; register one, or name a registered tool"}`;
      violations.push({ path: plan.pathOf(step, "tool_name"), rule: "unknown_tool", message });
    }
  return violations;
};

const refusedAgents = (plans: readonly LenientPlan[], registries: Registries): Violation[] => {
  const suggest = createSuggester(() => registries.agents.keys());
  const check = ({ name, path }: Named): Violation[] => {
    const agent = registries.agents.get(name);
    if (agent === undefined) {
      const message = `agent ${quoted(name)} is not registered${suggest(name) || "; register it, or name a registered agent"}`;
      return registries.registry_open ? [] : [{ path, rule: "unknown_agent", message }];
    }
    if (maySubmitFor(agent, registries.submitter)) return [];
    const { submitter, called = NOBODY_NAMED } = registries;
    const who = called(submitter) === undefined ? quoted(submitter) : nameWithId(called, submitter);
    const owner = nameWithId(called, agent.owner);
    const message = `${who} may not submit plans for agent ${quoted(name)}; its owner, ${owner}, can allow it`;
    return [{ path, rule: SUBMITTER_NOT_ALLOWED, message }];
  };
  return plans.flatMap((plan) => plan.agents.flatMap(check));
};

const unlistedAgents = (plan: LenientPlan): Violation[] => {
  // No agents at all is the schema's to report, once.
  if (plan.agents.length === 0) return [];
  const listed = new Set(plan.agents.map(({ name }) => name));
  const suggest = createSuggester(() => listed);
  const violations: Violation[] = [];
  for (const step of plan.steps) {
    const agent = step.agent_id;
    if (agent === undefined || listed.has(agent)) continue;
    const message = `agent ${quoted(agent)} is not among this plan's agents${suggest(agent) || "; list it there with its permissions"}`;
    violations.push({ path: plan.pathOf(step, "agent_id"), rule: "unlisted_agent", message });
  }
  return violations;
};

/** Every rule about names: known, allowed, listed, and used once where they must be. */
export const nameViolations = (plans: readonly LenientPlan[], registries: Registries): Violation[] => [
  ...repeats(
    plans.map((plan) => plan.plan_id),
    "duplicate_plan_id",
    "plan_id",
  ),
  ...plans.flatMap((plan) => [
    ...repeats(plan.agents, "duplicate_agent_id", "agent_id"),
    ...(plan.form === "full" ? repeatedSteps(plan) : []),
    ...unlistedAgents(plan),
  ]),
  ...unknownTools(plans, registries),
  ...refusedAgents(plans, registries),
];
