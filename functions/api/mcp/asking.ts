import type { Caller } from "../http/caller.ts";

/** The agent that asks, and its request: one request of the protocol is served with this. */
export type Asking = {
  /** The agent that every call is of: the token's own. */
  readonly agent: string;
  readonly submitter: string;
  readonly origin: string;
  readonly correlation_id: string;
};

/** Of a caller that was let in as an agent. @throws RangeError for another */
export const askingOf = (
  { name, agent }: Caller,
  { origin, correlation_id }: Pick<Asking, "origin" | "correlation_id">,
): Asking => {
  if (agent === undefined) throw new RangeError(`${name} is no agent and was let in as one`);
  return { agent, submitter: name, origin, correlation_id };
};
