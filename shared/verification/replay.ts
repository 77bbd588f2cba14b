import { z } from "zod";
import type { AuditEvent } from "../audit/audit-event.ts";
import { follow, newStepRecord, stepEventBody } from "../execution/record/step-event.ts";
import type { StepRecord } from "../execution/record/step-record.ts";

/** A transition with the record it found and the record it left. */
export type Replayed = { readonly event: AuditEvent; readonly before: StepRecord; readonly after: StepRecord };

export type StepReplay = {
  readonly step_id: string;
  readonly transitions: readonly Replayed[];
  /** The first event that does not follow, and why; what comes after it was not replayed. */
  readonly illegal: { readonly seq: number; readonly why: string } | undefined;
};

/** Plays the events of a step's chain from the beginning: what stored states are projections of. */
export const replayStep = (execution_id: string, step_id: string, events: readonly AuditEvent[]): StepReplay => {
  const transitions: Replayed[] = [];
  let record: StepRecord | undefined;
  for (const event of events) {
    const body = stepEventBody.safeParse(event.body);
    if (!body.success) return { step_id, transitions, illegal: { seq: event.seq, why: "its body has another shape" } };
    const before = record ?? newStepRecord({ execution_id, plan_id: body.data.plan_id, step_id }, event.at);
    if (body.data.step_id !== step_id || body.data.plan_id !== before.plan_id) {
      const why = `it tells of step ${body.data.step_id} of plan ${body.data.plan_id}`;
      return { step_id, transitions, illegal: { seq: event.seq, why } };
    }
    try {
      record = follow(before, event, body.data);
    } catch (error) {
      return { step_id, transitions, illegal: { seq: event.seq, why: whyNot(event, error) } };
    }
    transitions.push({ event, before, after: record });
  }
  return { step_id, transitions, illegal: undefined };
};

const whyNot = ({ type }: AuditEvent, error: unknown): string => {
  if (error instanceof z.ZodError) return `no event of a step is called ${type}`;
  return error instanceof Error ? error.message : String(error);
};
