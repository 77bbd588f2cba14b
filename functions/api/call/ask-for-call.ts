import type { CallRequest } from "../../../shared/plan/call-request.ts";
import type { Problem } from "../schemas.ts";
import type { Submitting } from "../submit/begin-execution.ts";
import type { GoesOn } from "./goes-on.ts";

export type AskForCall = Submitting & {
  readonly text: string;
  readonly texts_before?: readonly string[];
  readonly call: CallRequest;
  readonly origin: string;
  readonly signal?: AbortSignal | undefined;
  /** Set where no new call may be made of what was asked for. One that stands is answered for all the same. */
  readonly no_new_call?: NoNewCall | undefined;
  readonly goes_on?: GoesOn | undefined;
};

/** `because`: what a new call is told. `may_mean`: the tools whose calls that stand it may be about. */
export type NoNewCall = { readonly because: Problem; readonly may_mean: readonly string[] };
