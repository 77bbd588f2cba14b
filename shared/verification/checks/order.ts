import { isDependency, isMissing, reached } from "../../conflicts/rule-of-order.ts";
import type { Edge, ScheduledStep } from "../../conflicts/schedule.ts";
import { recordOfCall } from "../../execution/order/duplicates.ts";
import { becameOf, modeReached } from "../../execution/order/order.ts";
import type { StepRecord } from "../../execution/record/step-record.ts";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";

/**
 * The rule of order (shared/conflicts/rule-of-order.ts), as far as a record can show it: no write was made while a write
 * ahead of it was not. Which of two events of different steps came first rests on clocks, and is not asked. Linear.
 */
export const order: Check = {
  name: "order",
  run: (verified, findings) => {
    const { scheduled, steps, schedules } = verified;
    const recordOf = (step_id: string): StepRecord | undefined => steps.get(step_id)?.transitions.at(-1)?.after;
    const missing = missingAhead({ scheduled, edges: schedules.at(-1)?.edges ?? [], recordOf });
    const made = [...scheduled.values()].filter(
      ({ step_id, writes }) => writes && recordOf(step_id)?.committed === true,
    );
    for (const { step_id } of made) {
      const ahead = missing.get(step_id);
      if (ahead === undefined) continue;
      findingOf(verified, findings)(`step:${step_id}`, `it was made, and ${ahead}, on which it depends, was not`);
    }
    return made.length;
  },
};

export type Recorded = {
  readonly scheduled: ReadonlyMap<string, Pick<ScheduledStep, "writes">>;
  readonly edges: readonly Edge[];
  readonly recordOf: (step_id: string) => StepRecord | undefined;
};

/**
 * For each step that stands behind something missing, the nearest of it: walked from what is missing, each step once.
 * Asks neither the schedule's order of steps nor that it has no circle: nobody has vouched for it yet.
 */
export const missingAhead = (recorded: Recorded): ReadonlyMap<string, string> => {
  const into = Map.groupBy(recorded.edges, ({ after }) => after);
  const outOf = Map.groupBy(recorded.edges.filter(isDependency), ({ before }) => before);
  const behind = (id: string): string[] => (outOf.get(id) ?? []).map(({ after }) => after);
  const sources = new Set([...outOf.keys()].filter((id) => isMissingIn(recorded, into.get(id) ?? [], id)));
  const nearest = new Map<string, string>();
  for (const id of reached(sources, behind)) {
    const missing = sources.has(id) ? id : nearest.get(id);
    for (const after of behind(id)) if (missing !== undefined && !nearest.has(after)) nearest.set(after, missing);
  }
  return nearest;
};

/** Of a call that was undone since, what stands behind it was made while it stood. */
const isMissingIn = ({ scheduled, recordOf }: Recorded, into: readonly Edge[], step_id: string): boolean => {
  const writes = scheduled.get(step_id)?.writes ?? false;
  const record = recordOfCall(recordOf(step_id), into, recordOf);
  return isMissing(
    record === undefined ? { writes, refused: false, mode: "MOCK" } : becameOf({ writes }, record, modeReached(record)),
  );
};

/**
 * The release before this one kept the rule beside neighbours only, so its records may show a breach without having been
 * changed; what it sealed first has no digest of requests, and cannot be given one without the key.
 */
const findingOf = ({ unsealed, manifests }: Case, findings: Findings) => {
  if (unsealed) return findings.incomplete;
  return manifests.get(1)?.requests_digest === undefined ? findings.note : findings.tampered;
};
