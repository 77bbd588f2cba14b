import { z } from "zod";
import { type Called, NOBODY_NAMED, nameWithId } from "../../plan/called.ts";

export const lockScope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("everything") }),
  z.strictObject({ kind: z.literal("tool"), tool_name: z.string().min(1) }),
  z.strictObject({ kind: z.literal("agent"), agent_id: z.string().min(1) }),
  z.strictObject({ kind: z.literal("execution"), execution_id: z.string().min(1) }),
]);
export type LockScope = z.infer<typeof lockScope>;

/** stop_forward lets compensations go on; freeze_all holds them too. */
export const lockMode = z.enum(["stop_forward", "freeze_all"]);
export type LockMode = z.infer<typeof lockMode>;

export const lock = z.strictObject({
  lock_id: z.string(),
  scope: lockScope,
  mode: lockMode,
  reason: z.string(),
  locked_by: z.string(),
  locked_at: z.string(),
});
export type Lock = z.infer<typeof lock>;

/** The lock's name: one per scope, so that locking twice is locking once. */
export const lockId = (scope: LockScope): string => {
  switch (scope.kind) {
    case "everything":
      return "everything";
    case "tool":
      return `tool:${scope.tool_name}`;
    case "agent":
      return `agent:${scope.agent_id}`;
    case "execution":
      return `execution:${scope.execution_id}`;
  }
};

/** A lock whose record cannot be read holds all that its name says, or everything: nobody knows what it was to let go. */
export const unreadLock = (lock_id: string): Lock => ({
  lock_id,
  scope: scopeNamed(lock_id),
  mode: "freeze_all",
  reason: "its record cannot be read",
  locked_by: UNREAD,
  locked_at: "1970-01-01T00:00:00.000Z",
});

const scopeNamed = (lock_id: string): LockScope => {
  const mark = lock_id.indexOf(":");
  const name = lock_id.slice(mark + 1);
  switch (lock_id.slice(0, mark)) {
    case "tool":
      return { kind: "tool", tool_name: name };
    case "agent":
      return { kind: "agent", agent_id: name };
    case "execution":
      return { kind: "execution", execution_id: name };
    default:
      return { kind: "everything" };
  }
};

/** In place of a name that a record was to say which cannot be read. No tool can be called so. */
export const UNREAD = "(unreadable)";

/**
 * The step that a lock is asked about: one call of one step. Both the agent that proposed it and the one that acts
 * count; of a compensation both the tool that is undone and the one that undoes.
 */
export type LockTarget = {
  readonly execution_id: string;
  readonly tool_names: readonly string[];
  readonly agent_ids: readonly string[];
};

export const lockApplies = (held: Pick<Lock, "scope">, target: LockTarget): boolean => {
  switch (held.scope.kind) {
    case "everything":
      return true;
    case "tool":
      return target.tool_names.includes(held.scope.tool_name);
    case "agent":
      return target.agent_ids.includes(held.scope.agent_id);
    case "execution":
      return held.scope.execution_id === target.execution_id;
  }
};

/** A call in flight by its names: `undoes` and `proposed_by` where they differ from the tool and the agent that act. */
export type NamedCall = {
  readonly execution_id: string;
  readonly tool_name: string;
  readonly agent_id: string;
  readonly undoes?: string;
  readonly proposed_by?: string;
};

/**
 * The calls in flight that a scope covers, whatever the mode: a roll back that stop_forward lets go on can still run. Of
 * one whose record cannot be read only its execution is known: it may be one of any tool and agent.
 */
export const callsWithin = <Call extends NamedCall>(scope: LockScope, calls: readonly Call[]): Call[] =>
  calls.filter((call) => isWithin(scope, call));

const isWithin = (
  scope: LockScope,
  { execution_id, tool_name, agent_id, undoes = tool_name, proposed_by = agent_id }: NamedCall,
): boolean => {
  if (tool_name === UNREAD) return scope.kind !== "execution" || scope.execution_id === execution_id;
  return lockApplies({ scope }, { execution_id, tool_names: [tool_name, undoes], agent_ids: [agent_id, proposed_by] });
};

export const lockInWords = ({ lock_id, locked_by, reason }: Lock, called: Called = NOBODY_NAMED): string =>
  `locked (${lock_id}) by ${nameWithId(called, locked_by)}: ${reason}`;
