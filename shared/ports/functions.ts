import type { Passing, PushBack } from "../execution/call-outcome.ts";

/**
 * The result of an invocation. `not_sent`: the function was not started, so nothing happened. `no_answer`: it may have
 * been, and nothing came back that counts: it failed, its time was over, or the connection broke.
 */
export type Invocation =
  | { readonly kind: "answered"; readonly payload: string }
  | ({ readonly kind: "not_sent"; readonly error: string } & PushBack & Passing)
  | ({ readonly kind: "no_answer"; readonly error: string; readonly timed_out: boolean } & PushBack & Passing);

/** Functions of the team, called one invocation at a time. */
export interface Functions {
  /**
   * `function_name`: a name or an ARN, with its alias or version; `payload`: JSON; `timeout_ms`: for all of it. Never throws
   * for what the network or the function does.
   */
  invoke(
    function_name: string,
    payload: string,
    limits: { readonly signal?: AbortSignal | undefined; readonly timeout_ms: number },
  ): Promise<Invocation>;
}
