import type { ConflictPattern } from "./aggregate-schema.ts";
import { rateBounds } from "./bounds.ts";
import { entryOf } from "./counts.ts";
import type { Finding, SignalRule } from "./learning-signal.ts";

/** So many conflicts of one type between the same tools are a pattern. */
const ALIKE = 3;

/** Advice for other plans, by type of conflict. */
const ADVICE = {
  PERMISSION_CONFLICT: "assign the step to an agent that holds the permission",
  DUPLICATE_ACTION: "plan the call once and let other steps use its result",
  ORDERING_CONFLICT: "put steps after those they depend on",
  RESOURCE_CONFLICT: "give the steps an order, or one agent, where they touch the same record",
  RATE_LIMIT_CONFLICT: "spread the calls over time, or ask for more with each",
  TIMEOUT_CONFLICT: "allow a later deadline, or plan fewer steps behind each other",
} as const satisfies Record<ConflictPattern["conflict_type"], string>;

/** Conflicts that keep coming back: three or more alike, at least one of them now. */
export const conflictPatterns: SignalRule = ({ now, total }) =>
  Object.keys(now.conflicts.patterns).flatMap((key) => {
    const pattern = entryOf(total.conflicts.patterns, key);
    return pattern === undefined || pattern.count < ALIKE ? [] : [finding(key, pattern)];
  });

const finding = (key: string, pattern: ConflictPattern): Finding => {
  const { conflict_type, tools, tool_count, count, unresolved } = pattern;
  const named = tools.join(", ") + (tool_count > tools.length ? ` and ${tool_count - tools.length} more` : "");
  return {
    subject: key,
    tool_name: tools[0] ?? "",
    insight: `${count} conflicts alike: ${conflict_type} between ${named}; ${unresolved} of them unresolved`,
    recommended_action: ADVICE[conflict_type],
    // Laplace's rule of succession: after n occurrences and no miss, (n + 1) / (n + 2) that it comes again.
    confidence: (count + 1) / (count + 2),
    target_phase: 19,
    evidence: {
      sample_size: count,
      rates: { unresolved: unresolved / count },
      bounds: { unresolved: rateBounds(unresolved, count) },
      details: { conflict_type, tools_involved: tools, tool_count, unresolved },
    },
  };
};
