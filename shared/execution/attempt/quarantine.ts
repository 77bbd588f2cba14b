import type { StepChanges } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import { NOT_WAITING, type Told } from "./told.ts";

/**
 * The change of a step's ceiling by a tool that is not what was reviewed (`why`), or is again (null). It goes no higher
 * than its preview until a person accepts the tool as it is.
 */
export const quarantineOf = (
  { ceiling_reasons }: Pick<StepRecord, "ceiling_reasons">,
  why: string | null,
): StepChanges => {
  const others = ceiling_reasons.filter(({ cause }) => cause !== "quarantine");
  if (why !== null) return { ceiling_reasons: [...others, { cause: "quarantine", mode: "DRY_RUN", message: why }] };
  return others.length === ceiling_reasons.length ? {} : { ceiling_reasons: others };
};

/** Its tool changed since it was let through: nothing was sent, and its preview is where it ends. */
export const heldBack = (record: StepRecord, why: string): Told => ({
  event: "ceiling_fell",
  reason: quarantineInWords(why),
  changes: { ...NOT_WAITING, ...quarantineOf(record, why), ending: "ceiling" },
  asks: null,
});

export const quarantineInWords = (why: string): string => `quarantined: ${why}`;
