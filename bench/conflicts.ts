import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { noFacts } from "../shared/conflicts/facts.ts";
import { type ConflictInput, resolveConflicts } from "../shared/conflicts/resolve-conflicts.ts";
import { defineContract } from "../shared/contracts/define-contract.ts";
import type { ToolContract } from "../shared/contracts/tool-contract.ts";
import { executionConfig } from "../shared/plan/config.ts";
import { type ToolExecutionPlan, toolExecutionPlan } from "../shared/plan/tool-execution-plan.ts";

export type Figure = { name: string; figure: number; unit: string };

const SIZES = [100, 1_000, 10_000] as const;
const STEPS_PER_PLAN = 10;
/** Enough for the compiler to have settled at every size. */
const WARM_UP = 15;
const RUNS = 21;

/** A table of tools like a CRM's: reads, writes that take turns on a contact, a mail that must not go out twice. */
const TOOLS = [
  { tool_name: "crm_search", risk_level: "LOW", reversible: true, timeout_seconds: 5, requires_approval: false },
  { tool_name: "crm_read", risk_level: "LOW", reversible: true, timeout_seconds: 5, requires_approval: false },
  { tool_name: "crm_update", risk_level: "MEDIUM", reversible: true, timeout_seconds: 20, requires_approval: true },
  { tool_name: "send_mail", risk_level: "HIGH", reversible: false, timeout_seconds: 20, requires_approval: true },
] as const;

const RESOURCES: Record<string, { key: string; access: "read" | "write" }[]> = {
  crm_read: [{ key: "crm:contact:{contact_id}", access: "read" }],
  crm_update: [{ key: "crm:contact:{contact_id}", access: "write" }],
};

const contracts = (): Map<string, ToolContract> =>
  new Map(
    TOOLS.map((tool) => {
      const writing = tool.tool_name === "crm_update";
      const defined = defineContract(
        {
          ...tool,
          required_permissions: tool.tool_name === "send_mail" ? ["mail_send"] : ["crm_access"],
          dependencies: writing ? ["crm_search"] : [],
          approvals_required: tool.requires_approval ? 1 : 0,
          resources: RESOURCES[tool.tool_name] ?? [],
          rate_limit: tool.tool_name === "crm_search" ? { service: "crm", limit: 500, window_seconds: 10 } : null,
          compensation: writing ? "adapter" : "none",
          outcome_resolution: "QUERYABLE",
        },
        1,
      );
      if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
      return [tool.tool_name, defined.value];
    }),
  );

/** Plan `number`: search, then updates and reads of contacts it shares with its neighbours, and a mail at the end. */
const planOf = (number: number, contacts: number): ToolExecutionPlan => {
  const plan_id = `plan-${number}`;
  const agents = [`agent-${number % 7}`, `agent-${7 + (number % 3)}`];
  const steps = Array.from({ length: STEPS_PER_PLAN }, (_, position) => {
    const first = position === 0;
    const last = position === STEPS_PER_PLAN - 1;
    const tool_name = first ? "crm_search" : last ? "send_mail" : position % 3 === 0 ? "crm_update" : "crm_read";
    const contact_id = `c${(number * 5 + position * 3) % contacts}`;
    return {
      step_id: `${plan_id}.s${position}`,
      source_step_id: `s${position}`,
      plan_id,
      // Every fourth plan's mail is proposed by an agent that may not send one.
      agent_id: agents[last && number % 4 !== 0 ? 1 : 0],
      tool_name,
      arguments: first
        ? { query: `city ${number % 50}` }
        : last
          ? { to: `${contact_id}@example.org`, subject: "News", body: `Dear reader of list ${number % 97}` }
          : { contact_id, fields: { note: `from ${plan_id}` } },
      argument_sources: [],
      confidence: 0.95,
      confidence_source: "stated",
      depends_on: position % 2 === 1 ? [`${plan_id}.s${position - 1}`] : [],
      runs_after: [],
      rationale: null,
      allow_duplicate: false,
      position,
    };
  });
  return toolExecutionPlan.parse({
    plan_id,
    source_form: "full",
    goal: null,
    deadline_seconds: 3_600,
    agents: agents.map((agent_id, place) => ({
      agent_id,
      permissions: place === 0 ? ["crm_access"] : ["crm_access", "mail_send"],
    })),
    steps,
    validation: null,
  });
};

/** `steps` steps in plans of ten; two contacts for three plans, so that about every fifth step meets another. */
export const syntheticInput = (steps: number): ConflictInput => {
  const count = Math.ceil(steps / STEPS_PER_PLAN);
  const contacts = Math.max(4, count * 2);
  return {
    plans: Array.from({ length: count }, (_, number) => planOf(number, contacts)),
    contracts: contracts(),
    config: executionConfig.parse({}),
    agents: new Map(),
    registry_open: true,
    live_enabled: true,
    facts: noFacts,
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const measure = (steps: number): { milliseconds: number; megabytes: number; conflicts: number; edges: number } => {
  const input = syntheticInput(steps);
  for (let run = 0; run < WARM_UP; run += 1) resolveConflicts(input);
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    resolveConflicts(input);
    return performance.now() - start;
  });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const outcome = resolveConflicts(input);
  const megabytes = Math.max(0, process.memoryUsage().heapUsed - before) / 2 ** 20;
  return { milliseconds: median(times), megabytes, conflicts: outcome.conflicts.length, edges: outcome.edges.length };
};

/**
 * Resolves synthetic executions of 100, 1,000 and 10,000 steps: medians of repeated runs in milliseconds after a warm
 * up, time per step at 10,000 against 1,000, and heap used by one run in MiB (exact only under `--expose-gc`).
 */
export const benchConflicts = (): Figure[] => {
  const results = SIZES.map((steps) => ({ steps, ...measure(steps) }));
  const perStep = (size: number): number => {
    const result = results.find(({ steps }) => steps === size);
    return result === undefined ? Number.NaN : (result.milliseconds * 1_000) / result.steps;
  };
  return [
    ...results.flatMap(({ steps, milliseconds, megabytes, conflicts, edges }) => [
      { name: `resolve conflicts, ${steps} steps`, figure: milliseconds, unit: "ms" },
      { name: `time per step, ${steps} steps`, figure: perStep(steps), unit: "us" },
      { name: `heap used, ${steps} steps`, figure: megabytes, unit: "MiB" },
      { name: `conflicts found, ${steps} steps`, figure: conflicts, unit: "conflicts" },
      { name: `edges, ${steps} steps`, figure: edges, unit: "edges" },
    ]),
    { name: "time per step, 10000 against 1000 steps", figure: perStep(10_000) / perStep(1_000), unit: "x" },
  ];
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, figure, unit } of benchConflicts()) console.log(`${name.padEnd(45)} ${figure.toFixed(2)} ${unit}`);
}
