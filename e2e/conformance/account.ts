import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

/** The words of an event that no two runs have in common, by the form they have, and those that stand for them. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<time>"],
  [/\b[0-9a-f]{64}\b/g, "<digest>"],
  [/\bap-[0-9a-f]+\b/g, "<request>"],
];

/** Measured, not decided. */
const MEASURED = new Set(["duration_ms", "waited_ms"]);

type Told = { readonly execution: string; readonly names: ReadonlyMap<string, string> };

const wordsOf = (text: string, { execution, names }: Told): string => {
  const known = [[execution, "<execution>"] as const, ...names];
  const named = known.reduce((words, [token, name]) => words.replaceAll(token, name), text);
  return PASSING.reduce((words, [form, instead]) => words.replace(form, instead), named);
};

const withoutPassing = (value: unknown, told: Told): unknown => {
  if (typeof value === "string") return wordsOf(value, told);
  if (Array.isArray(value)) return value.map((each) => withoutPassing(each, told));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, MEASURED.has(key) ? "<measured>" : withoutPassing(each, told)]),
  );
};

/** The reason of a call that had to wait, once it is through; one that did not gives none. */
const AFTER_A_WAIT = /^(made after it had waited|undone after it had waited|approved by .*)$/;
const THROUGH = new Set(["live_succeeded", "compensated"]);

const withoutWait = (type: string, body: JsonObject): JsonObject =>
  THROUGH.has(type) && AFTER_A_WAIT.test(String(body.reason)) ? { ...body, reason: null } : body;

/**
 * Every event of every step by chain, in order: its type, who caused it, and all that it says but times, digests and
 * ids, which differ from run to run. That a call had to wait for the next window of a rate limit is left out, and that it had
 * waited: which of equals comes first is a matter of milliseconds.
 */
export const accountOf = (events: readonly AuditEvent[], told: Told): Record<string, unknown[]> => {
  const chains: Record<string, unknown[]> = {};
  for (const { chain, type, actor, body } of events) {
    if (!chain.startsWith("step:") || type === "live_deferred") continue;
    const said = { type, actor: told.names.get(actor) ?? actor, body: withoutPassing(withoutWait(type, body), told) };
    chains[chain] = [...(chains[chain] ?? []), said];
  }
  return chains;
};
