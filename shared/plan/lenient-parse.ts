import { isJsonObject, type JsonObject } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";
import { orderAssignments } from "./phase21-order.ts";

/** A name together with the place it was written at. */
export type Named = { name: string; path: string };

export type LenientStep = {
  /** Its place in the list it was written in: the steps of the full form, the assignments of the short one. */
  readonly written_at: number;
  /** Undefined where the field is missing or no text: the schema reports that. */
  readonly step_id: string | undefined;
  readonly agent_id: string | undefined;
  readonly tool_name: string | undefined;
  readonly arguments: JsonObject | undefined;
  /** As written; an entry that is no text is the schema's to report. */
  readonly depends_on: readonly unknown[];
};

export type StepField = "step_id" | "agent_id" | "tool_name" | "arguments" | "depends_on";

/**
 * The names in a submitted plan, and their places, read leniently from either form. The rules that compare names with
 * each other and with the registries work on it, so that they speak even where a schema has already found something
 * else wrong.
 */
export type LenientPlan = {
  path: string;
  form: "phase21" | "full";
  raw: JsonObject;
  plan_id: Named | undefined;
  agents: Named[];
  steps: LenientStep[];
  /** The first step of each id. */
  stepsById: ReadonlyMap<string, LenientStep>;
  /** Where a field of a step was written. Asked about faults only: the places of a large submission are many. */
  pathOf: (step: LenientStep, field: StepField) => string;
};

const textIn = (holder: JsonObject, field: string): string | undefined => {
  const value = Object.hasOwn(holder, field) ? holder[field] : undefined;
  return typeof value === "string" ? value : undefined;
};

const textAt = (holder: JsonObject, field: string, at: string): Named | undefined => {
  const name = textIn(holder, field);
  return name === undefined ? undefined : { name, path: pointerTo(at, field) };
};

/** The texts of an array, each with its place; anything else is skipped. */
const namesIn = (value: unknown, at: string): Named[] =>
  Array.isArray(value)
    ? value.flatMap((item: unknown, index) =>
        typeof item === "string" ? [{ name: item, path: pointerTo(at, index) }] : [],
      )
    : [];

const objectsIn = (value: unknown, at: string): { value: JsonObject; path: string }[] =>
  Array.isArray(value)
    ? value.flatMap((item: unknown, index) => (isJsonObject(item) ? [{ value: item, path: pointerTo(at, index) }] : []))
    : [];

const parseStep = (value: JsonObject, written_at: number): LenientStep => ({
  written_at,
  step_id: textIn(value, "step_id"),
  agent_id: textIn(value, "agent_id"),
  tool_name: textIn(value, "tool_name"),
  arguments: isJsonObject(value.arguments) ? value.arguments : undefined,
  depends_on: Array.isArray(value.depends_on) ? value.depends_on : NONE,
});
const NONE: readonly unknown[] = [];

const firstById = (steps: readonly LenientStep[]): Map<string, LenientStep> => {
  const first = new Map<string, LenientStep>();
  for (const step of steps) if (step.step_id !== undefined && !first.has(step.step_id)) first.set(step.step_id, step);
  return first;
};

const parseFull = (raw: JsonObject, path: string): LenientPlan => {
  const at = pointerTo(path, "steps");
  const written = Array.isArray(raw.steps) ? raw.steps : [];
  const steps: LenientStep[] = [];
  for (const [index, step] of written.entries()) if (isJsonObject(step)) steps.push(parseStep(step, index));
  return {
    path,
    form: "full",
    raw,
    plan_id: textAt(raw, "plan_id", path),
    agents: objectsIn(raw.agents, pointerTo(path, "agents")).flatMap(
      (agent) => textAt(agent.value, "agent_id", agent.path) ?? [],
    ),
    steps,
    stepsById: firstById(steps),
    pathOf: ({ written_at }, field) => pointerTo(pointerTo(at, written_at), field),
  };
};

/** The assignments of the short form as written, malformed ones left out. */
export const assignmentsIn = (raw: JsonObject, path: string): { agent: Named; tools: Named[] }[] => {
  const at = pointerTo(path, "agent_assignments");
  const assignments = isJsonObject(raw.agent_assignments) ? Object.entries(raw.agent_assignments) : [];
  return assignments.map(([name, tools]) => {
    const agentPath = pointerTo(at, name);
    return { agent: { name, path: agentPath }, tools: namesIn(tools, agentPath) };
  });
};

const parsePhase21 = (raw: JsonObject, path: string): LenientPlan => {
  const assignments = assignmentsIn(raw, path);
  const written = assignments.flatMap(({ agent, tools }) => tools.map((tool) => ({ agent, tool })));
  const ordered = orderAssignments(
    written.map(({ tool }) => tool.name),
    namesIn(raw.execution_order, "").map(({ name }) => name),
  );
  const argumentsOf = isJsonObject(raw.tool_arguments) ? raw.tool_arguments : {};
  const steps = ordered.flatMap(({ written_at, source_step_id }): LenientStep[] => {
    const assignment = written[written_at];
    if (assignment === undefined) return [];
    const { agent, tool } = assignment;
    const value = Object.hasOwn(argumentsOf, tool.name) ? argumentsOf[tool.name] : undefined;
    return [
      {
        written_at,
        step_id: source_step_id,
        agent_id: agent.name,
        tool_name: tool.name,
        arguments: isJsonObject(value) ? value : undefined,
        depends_on: NONE,
      },
    ];
  });
  return {
    path,
    form: "phase21",
    raw,
    plan_id: textAt(raw, "plan_id", path),
    agents: assignments.map((a) => a.agent),
    steps,
    stepsById: firstById(steps),
    pathOf: ({ written_at }, field) => {
      const { agent, tool } = written[written_at] ?? {};
      if (field === "arguments") return pointerTo(pointerTo(path, "tool_arguments"), tool?.name ?? "");
      return (field === "agent_id" ? agent?.path : tool?.path) ?? path;
    },
  };
};

export const parseLeniently = (form: "phase21" | "full", raw: JsonObject, path: string): LenientPlan =>
  form === "full" ? parseFull(raw, path) : parsePhase21(raw, path);
