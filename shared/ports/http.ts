import type { LeftOut, Passing, PushBack } from "../execution/call-outcome.ts";
import type { Inexact } from "../plan/inexact-places.ts";
import type { Json } from "../plan/json.ts";

/** One request, complete. */
export type OutgoingRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** It changes nothing where it goes, whatever its method: it may be sent again where it is not known whether it came. */
  readonly only_looks?: true;
  /** Hosts of the contract that it is made for; it goes to none beside them. */
  readonly hosts: readonly string[];
};

/**
 * The result of a request. `not_sent`: no byte of it left, so it had no effect. `unknown`: it was sent, and no whole
 * answer came back. `left_out`: what of the answer could not be kept, in words. A redirect is an answer, never followed.
 */
export type Answer =
  | ({ readonly kind: "answered"; readonly status: number; readonly body: Json } & LeftOut &
      Inexact &
      PushBack &
      Passing)
  | ({ readonly kind: "not_sent"; readonly error: string } & Passing)
  | ({ readonly kind: "unknown"; readonly error: string; readonly timed_out: boolean } & Passing);

export interface HttpClient {
  /** `timeout_ms`: for all of it, from resolving the name to the last byte. A `signal` is aborted when that is over, and then rules alone. Never throws for what the network does. */
  send(
    request: OutgoingRequest,
    limits: { readonly signal?: AbortSignal; readonly timeout_ms: number },
  ): Promise<Answer>;
}
