import { isJsonObject, type JsonObject } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";
import { orderAssignments } from "./phase21-order.ts";

/** A name together with the place it was written at. */
export type Named = { name: string; path: string };

export type LenientStep = {
  path: string;
  /** Undefined where the field is missing or no text: the schema reports that. */
  step_id: Named | undefined;
  agent_id: Named | undefined;
  tool_name: Named | undefined;
  arguments: { value: JsonObject; path: string } | undefined;
  depends_on: Named[];
};

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
};

const textAt = (holder: JsonObject, field: string, at: string): Named | undefined => {
  const value = Object.hasOwn(holder, field) ? holder[field] : undefined;
  return typeof value === "string" ? { name: value, path: pointerTo(at, field) } : undefined;
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

const parseStep = ({ value, path }: { value: JsonObject; path: string }): LenientStep => ({
  path,
  step_id: textAt(value, "step_id", path),
  agent_id: textAt(value, "agent_id", path),
  tool_name: textAt(value, "tool_name", path),
  arguments: isJsonObject(value.arguments) ? { value: value.arguments, path: pointerTo(path, "arguments") } : undefined,
  depends_on: namesIn(value.depends_on, pointerTo(path, "depends_on")),
});

const parseFull = (raw: JsonObject, path: string): LenientPlan => ({
  path,
  form: "full",
  raw,
  plan_id: textAt(raw, "plan_id", path),
  agents: objectsIn(raw.agents, pointerTo(path, "agents")).flatMap(
    (agent) => textAt(agent.value, "agent_id", agent.path) ?? [],
  ),
  steps: objectsIn(raw.steps, pointerTo(path, "steps")).map(parseStep),
});

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
    const argumentsPath = pointerTo(pointerTo(path, "tool_arguments"), tool.name);
    return [
      {
        path: tool.path,
        step_id: { name: source_step_id, path: tool.path },
        agent_id: agent,
        tool_name: tool,
        arguments: isJsonObject(value) ? { value, path: argumentsPath } : undefined,
        depends_on: [],
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
  };
};

export const parseLeniently = (form: "phase21" | "full", raw: JsonObject, path: string): LenientPlan =>
  form === "full" ? parseFull(raw, path) : parsePhase21(raw, path);
