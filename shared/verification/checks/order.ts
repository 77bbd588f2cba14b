import type { Edge } from "../../conflicts/schedule.ts";
import { wasRefused } from "../../execution/order/order.ts";
import type { StepRecord } from "../../execution/record/step-record.ts";
import { isDependency } from "../../execution/view/view.ts";
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
    const edges = verified.schedules.at(-1)?.edges ?? [];
    const made = [...verified.scheduled.values()].filter(
      ({ step_id, writes }) => writes && stoodOf(verified, step_id)?.committed === true,
    );
    const missing = missingAhead(verified, edges);
    for (const { step_id } of made) {
      const ahead = missing.get(step_id);
      if (ahead === undefined) continue;
      findingOf(verified, findings)(`step:${step_id}`, `it was made, and ${ahead}, on which it depends, was not`);
    }
    return made.length;
  },
};

/**
 * For each step that stands behind something missing, the nearest of it: walked from what is missing, each step once.
 * Asks neither the schedule's order of steps nor that it has no circle: nobody has vouched for it yet.
 */
const missingAhead = (verified: Case, edges: readonly Edge[]): ReadonlyMap<string, string> => {
  const into = Map.groupBy(edges, ({ after }) => after);
  const outOf = Map.groupBy(edges.filter(isDependency), ({ before }) => before);
  const sources = new Set([...outOf.keys()].filter((id) => isMissing(verified, into.get(id) ?? [], id)));
  const nearest = new Map<string, string>();
  const open = [...sources].map((id) => ({ id, missing: id }));
  // An array hands out what is added while it is walked.
  for (const { id, missing } of open) {
    for (const { after } of outOf.get(id) ?? []) {
      if (nearest.has(after)) continue;
      nearest.set(after, missing);
      if (!sources.has(after)) open.push({ id: after, missing });
    }
  }
  return nearest;
};

/**
 * The release before this one kept the rule beside neighbours only, so its records may show a breach without having been
 * changed; what it sealed first has no digest of requests, and cannot be given one without the key.
 */
const findingOf = ({ unsealed, manifests }: Case, findings: Findings) => {
  if (unsealed) return findings.incomplete;
  return manifests.get(1)?.requests_digest === undefined ? findings.note : findings.tampered;
};

const stoodOf = ({ steps }: Case, step_id: string): StepRecord | undefined =>
  steps.get(step_id)?.transitions.at(-1)?.after;

/** A write that was never made, nor by its duplicate; or what people refused. */
const isMissing = (verified: Case, into: readonly Edge[], step_id: string): boolean => {
  const record = stoodOf(verified, step_id);
  if (record !== undefined && wasRefused(record)) return true;
  if (verified.scheduled.get(step_id)?.writes !== true || record?.committed === true) return false;
  if (record?.ending !== "conflict") return true;
  if (record.live_output !== null) return false;
  const duplicates = into.filter(({ kind }) => kind === "twin");
  return !duplicates.some(({ before }) => stoodOf(verified, before)?.committed === true);
};
