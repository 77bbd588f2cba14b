import { z } from "zod";
import { isPicture } from "../../shared/execution/approval/picture.ts";
import { type Preview, preview } from "../../shared/execution/approval/preview.ts";
import type { CallOutcome, LookUp, MadeBy, NotUndoable, PushBack } from "../../shared/execution/call-outcome.ts";
import { MAX_OUTPUT_BYTES, MAX_PREVIEW_BYTES, MAX_UNDO_BYTES } from "../../shared/execution/limits.ts";
import { cutText, thrownText } from "../../shared/plan/cut-text.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { mendJson } from "../../shared/plan/mend-json.ts";
import { LONGEST_PAUSE_SECONDS } from "../../shared/ports/coordination.ts";
import { ToolFailure } from "../../shared/ports/tools.ts";
import type { Remarks } from "./remarks.ts";

/*
 * An answer of an adapter, as it can be recorded: JSON of a bounded size, errors in bounded words, and an outcome that
 * is known or said to be unknown. It is looked at once, and nothing of it is trusted.
 */

/**
 * `quarantined`: why a tool is to go no higher than its preview until a person has looked at it; null where nothing is.
 * `picture`: of what the call would act on, where the tool has one.
 */
export type Previewed = Answered<Preview> & { readonly quarantined: string | null; readonly picture?: string };

export type Answered<Value> = { readonly value: Value; readonly cut: string | null } & Remarks;

/** A call's outcome as it is recorded. */
export type SafeOutcome = CallOutcome & Remarks;

export type SafeLookUp = LookUp & Remarks;

export const toFailure = (thrown: unknown): ToolFailure =>
  thrown instanceof ToolFailure
    ? new ToolFailure(thrownText(thrown), {
        timed_out: thrown.timed_out,
        unsent: thrown.unsent,
        ...(thrown.passing ? { passing: true } : {}),
        ...boundedPushBack(thrown.again_in_seconds),
      })
    : new ToolFailure(thrownText(thrown));

/** Nobody is left alone for longer than a pause lasts: a service that means longer says so again. */
const boundedPushBack = (seconds: unknown): PushBack =>
  typeof seconds === "number" && seconds >= 0 ? { again_in_seconds: Math.min(seconds, LONGEST_PAUSE_SECONDS) } : {};

const shownPart = preview.omit({ output: true }).loose();

export const safePreview = (answered: unknown): Previewed => {
  if (!isObject(answered)) throw new ToolFailure("its preview is no object");
  const { output, summary, changes, quarantined, picture, left_out } = answered;
  const shown = mendJson({ summary, changes }, MAX_PREVIEW_BYTES);
  // The approver must see all of it.
  if (shown.cut !== null) {
    throw new ToolFailure(
      `its preview cannot be shown whole, as it must be to be approved: more than ${MAX_PREVIEW_BYTES} bytes, or ${shown.cut}`,
    );
  }
  const parsed = shownPart.safeParse(shown.value);
  if (!parsed.success) throw new ToolFailure(`its preview is none: ${cutText(z.prettifyError(parsed.error))}`);
  const kept = keptOutput(output);
  const { data } = parsed;
  return {
    value: { summary: data.summary, changes: data.changes, output: kept.value },
    cut: allCut(left_out, kept.cut),
    quarantined: typeof quarantined === "string" ? textOf(quarantined) : null,
    ...(isPicture(picture) ? { picture } : {}),
  };
};

export const preparedUndo = (answered: unknown): JsonObject | null => {
  const undo = keptUndo(answered);
  if (undo.cut === null) return undo.value;
  throw new ToolFailure(`nothing was sent, because what would undo it cannot be kept: ${undo.cut}`);
};

/** Undo data is kept whole or not at all: a part of it would put back something else than what was there. */
const keptUndo = (answered: unknown): Answered<JsonObject | null> => {
  if (answered === null || answered === undefined) return { value: null, cut: null };
  const { value, cut } = mendJson(answered, MAX_UNDO_BYTES);
  if (cut !== null) return { value: null, cut: `undo data of more than ${MAX_UNDO_BYTES} bytes, or ${cut}` };
  return isJsonObject(value) ? { value, cut: null } : { value: null, cut: "undo data that is no object" };
};

export const keptOutput = (answered: unknown): Answered<Json> => {
  const { value, cut } = mendJson(answered, MAX_OUTPUT_BYTES);
  return { value, cut };
};

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null;

/** Read once: what an adapter hands over may answer differently each time it is asked. */
const fieldsOf = (given: unknown) => {
  const fields = isObject(given) ? given : {};
  const { kind, output, undo, left_out, made_by, error, why, again_in_seconds, not_undoable } = fields;
  const { unsent, quarantined, not_looked_at, of_every_sending, answered } = fields;
  return {
    ...{ kind, output, undo, left_out, made_by, error, why, again_in_seconds, not_undoable },
    ...{ unsent, quarantined, not_looked_at, of_every_sending, answered },
  };
};

const textOf = (given: unknown): string =>
  typeof given === "string" && given !== "" ? cutText(given) : "no reason given";

export const safeOutcome = (given: unknown): SafeOutcome => {
  const { kind, output, undo, left_out, made_by, error, again_in_seconds, ...said } = fieldsOf(given);
  const { unsent, quarantined, not_looked_at, of_every_sending, answered, not_undoable } = said;
  switch (kind) {
    case "committed":
      return { kind, ...keptAnswer(output, undo, left_out), ...maker(made_by), ...undoable(not_undoable) };
    case "rejected":
      return {
        kind,
        error: textOf(error),
        ...(unsent === true ? { unsent } : {}),
        ...(quarantined === true ? { quarantined } : {}),
        ...(not_looked_at === true ? { not_looked_at } : {}),
        ...(of_every_sending === true ? { of_every_sending } : {}),
        ...boundedPushBack(again_in_seconds),
      };
    case "indeterminate":
      return {
        ...{ kind, error: textOf(error) },
        ...(answered === true ? { answered } : {}),
        ...boundedPushBack(again_in_seconds),
      };
    default:
      return {
        kind: "indeterminate",
        error: "the tool's adapter answered, but with nothing that says what came of it",
      };
  }
};

export const safeLookUp = (answered: unknown): SafeLookUp => {
  const { kind, output, undo, left_out, made_by, why, again_in_seconds, not_undoable } = fieldsOf(answered);
  switch (kind) {
    case "happened":
      return { kind, ...keptAnswer(output, undo, left_out), ...maker(made_by), ...undoable(not_undoable) };
    case "did_not_happen":
      return { kind };
    case "unknown":
      return { kind, why: textOf(why), ...boundedPushBack(again_in_seconds) };
    default:
      return { kind: "unknown", why: "it was looked up, but the answer does not say whether it happened" };
  }
};

const maker = (given: unknown): MadeBy =>
  typeof given === "string" && given !== "" ? { made_by: cutText(given) } : {};

const undoable = (given: unknown): NotUndoable =>
  typeof given === "string" && given !== "" ? { not_undoable: cutText(given) } : {};

const keptAnswer = (output: unknown, undo: unknown, left_out: unknown) => {
  const answer = keptOutput(output);
  const undoing = keptUndo(undo);
  return { output: answer.value, undo: undoing.value, cut: allCut(left_out, answer.cut, undoing.cut) };
};

/** Everything that was left out of an answer: before it came here, in an adapter's words, and since, each once. */
const allCut = (left_out: unknown, ...since: readonly (string | null)[]): string | null => {
  const before = typeof left_out === "string" ? cutText(left_out) : null;
  const cuts = new Set([before, ...since].filter((cut) => cut !== null));
  return cuts.size === 0 ? null : [...cuts].join("; ");
};
