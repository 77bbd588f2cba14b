import type { Caller } from "../http/caller.ts";

/** The agent that asks, and its request: one request of the protocol is served with this. */
export type Asking = {
  /** The agent that every call is of: the token's own. */
  readonly agent: string;
  readonly submitter: string;
  readonly origin: string;
  readonly correlation_id: string;
  /** Of the request's header; that in the `_meta` of a call goes before it. */
  readonly traceparent: string | undefined;
};

/** Of a caller that was let in as an agent. @throws RangeError for another */
export const askingOf = (
  { name, agent }: Caller,
  request: Pick<Asking, "origin" | "correlation_id" | "traceparent">,
): Asking => {
  if (agent === undefined) throw new RangeError(`${name} is no agent and was let in as one`);
  return { agent, submitter: name, ...request };
};
