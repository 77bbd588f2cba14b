import type { Preview } from "../../../shared/execution/approval/preview.ts";
import type { CallOutcome, LookUp } from "../../../shared/execution/call-outcome.ts";
import { type JsonObject, jsonObject } from "../../../shared/plan/json.ts";
import { MASK } from "../../../shared/plan/mask.ts";
import { type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import type { KnownSecrets } from "../known-secrets.ts";

/**
 * An adapter whose answers come from a team's own code, which may hold a credential that Buddy holds as well: nothing of
 * an answer is recorded with the text of a secret that is known here.
 */
export const maskedAdapter = (adapter: ToolAdapter, known: KnownSecrets): ToolAdapter => ({
  ...adapter,
  preview: (call) => adapter.preview(call).then((preview) => maskedPreview(preview, known), rethrown(known)),
  previewUndo: (call, undo) =>
    adapter.previewUndo(call, undo).then((preview) => maskedPreview(preview, known), rethrown(known)),
  call: async (call) => maskedOutcome(await adapter.call(call), known),
  compensate: async (call, undo) => {
    // A value that was masked would be put back as its mask.
    if (JSON.stringify(undo).includes(MASK)) {
      return {
        kind: "rejected",
        unsent: true,
        error: "what would undo it held the text of a secret, which is not kept",
      };
    }
    return maskedOutcome(await adapter.compensate(call, undo), known);
  },
  lookUp: async (call, side) => maskedFinding(await adapter.lookUp(call, side), known),
});

const maskedPreview = <Shown extends Preview>(preview: Shown, { masked, maskedText }: KnownSecrets): Shown => ({
  ...preview,
  summary: maskedText(preview.summary),
  output: masked(preview.output),
  changes: preview.changes.map(({ record, field, old, new: next }) => ({
    record: maskedText(record),
    field: maskedText(field),
    old: masked(old),
    new: masked(next),
  })),
});

const rethrown =
  ({ maskedText }: KnownSecrets) =>
  (error: unknown): never => {
    if (!(error instanceof ToolFailure)) throw error;
    const { again_in_seconds, timed_out, passing, unsent } = error;
    const again = again_in_seconds === undefined ? {} : { again_in_seconds };
    throw new ToolFailure(maskedText(error.message), {
      ...{ timed_out, unsent, cause: error.cause, ...again },
      ...(passing ? { passing } : {}),
    });
  };

const maskedOutcome = (outcome: CallOutcome, { masked, maskedText }: KnownSecrets): CallOutcome =>
  outcome.kind === "committed"
    ? { ...outcome, output: masked(outcome.output), undo: maskedUndo(outcome.undo, masked) }
    : { ...outcome, error: maskedText(outcome.error) };

const maskedFinding = (found: LookUp, { masked, maskedText }: KnownSecrets): LookUp => {
  switch (found.kind) {
    case "happened":
      return { ...found, output: masked(found.output), undo: maskedUndo(found.undo, masked) };
    case "did_not_happen":
      return found;
    case "unknown":
      return { ...found, why: maskedText(found.why) };
  }
};

const maskedUndo = (undo: JsonObject | null, masked: KnownSecrets["masked"]): JsonObject | null =>
  undo === null ? null : jsonObject.parse(masked(undo));
