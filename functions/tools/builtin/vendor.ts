import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import type { Result } from "../../../shared/plan/result.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import { KEY_IN_WORDS } from "../declared/preview.ts";

/**
 * The requests of one call to a vendor: what a team would declare as an `http` binding if one could be written down
 * whatever the arguments are.
 */
export type VendorCall = {
  readonly http: HttpBinding;
  /** The call in a vendor's words, for the approver, before its literal request. */
  readonly says: string;
  /** The output, as the tool's plans know it, of what the vendor answered. */
  output(body: Json): Json;
  /** An answer as it is compared: with what a vendor leaves out, or keeps in another form than it was sent. */
  readonly asShown?: (body: Json) => Json;
  /** A record that a call makes, where it changes none: what an approver is shown in place of old values. */
  readonly makes?: { readonly record: string; readonly fields: JsonObject };
  /** Read before a call that makes something; in words what stands in its way, or nothing. */
  readonly beforehand?: { readonly request: HttpRequest; says(body: Json): string };
  /** Asks whether the call happened, and reads the answer. */
  readonly look_up?: { readonly request: HttpRequest; judge(body: Json): LookUp };
};

/** The parts of a call that its requests depend on. `undone`: of an undoing, the fields that the call changed. */
export type VendorAsked = {
  readonly arguments: JsonObject;
  readonly key: string;
  readonly undone?: readonly string[] | undefined;
};

/** One vendor's calls by one contract; refused, in words, where the arguments make none. */
export type Vendor = (asked: VendorAsked) => Result<VendorCall, string>;

export const askedBy = (call: ToolCall & { readonly idempotency_key?: string }): VendorAsked => ({
  arguments: call.arguments,
  key: call.idempotency_key ?? KEY_IN_WORDS,
});

/** A body as it stands: nothing in it is a place, whatever the arguments hold. */
export const literally = (body: JsonObject): JsonObject => ({ $literal: body });
