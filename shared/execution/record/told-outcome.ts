import { z } from "zod";
import { cutText } from "../../plan/cut-text.ts";
import { isJsonObject, type JsonObject } from "../../plan/json.ts";
import { mendJson } from "../../plan/mend-json.ts";
import { MAX_OUTPUT_BYTES } from "../limits.ts";
import type { WorkOutcome } from "./work.ts";

const error = z.string({ error: "say why, for who reads it" });

/**
 * The form of a `workOutcome` as a team's own code sent it. Nothing but the form counts: the call is over, and what it
 * brought, be it anything, takes nothing back.
 */
export const toldOutcome = z.discriminatedUnion(
  "outcome",
  [
    z.strictObject({ outcome: z.literal("committed"), output: z.unknown().optional(), undo: z.unknown().optional() }),
    z.strictObject({ outcome: z.literal("rejected"), error }),
    z.strictObject({ outcome: z.literal("indeterminate"), error }),
  ],
  { error: "must be committed, rejected or indeterminate" },
);
export type ToldOutcome = z.infer<typeof toldOutcome>;

/** The same as it can be stored, sealed and shown. */
export const asKept = (told: ToldOutcome): WorkOutcome => {
  const { outcome } = told;
  if (outcome !== "committed") return { outcome, error: cutText(told.error.trim()) || "no reason was given" };
  const output = mendJson(told.output ?? null, MAX_OUTPUT_BYTES);
  const undo = keptUndo(told.undo);
  const lost = [output.cut, undo.left_out].filter((words) => words !== null);
  const left_out = lost.length === 0 ? {} : { left_out: lost.join("; ") };
  return { outcome, output: output.value, undo: undo.value, ...left_out };
};

/** Whole or not at all: a part of it would put back something else than what was there. */
const keptUndo = (told: unknown): { readonly value: JsonObject | null; readonly left_out: string | null } => {
  if (told === null || told === undefined) return { value: null, left_out: null };
  const { value, cut } = mendJson(told, MAX_OUTPUT_BYTES);
  if (cut !== null) return { value: null, left_out: `undo data with ${cut}` };
  return isJsonObject(value) ? { value, left_out: null } : { value: null, left_out: "undo data that is no object" };
};
