import type { AskForCall } from "../call/ask-for-call.ts";
import { oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** A request that goes on after its client was asked for something. `state`: what was given with that, as the client says it. */
export type SecondRound = { readonly state: string | undefined };

type Asked = { readonly name: string; readonly agent: string };

/**
 * How a request is answered that goes on with a call: for that one, or for the same call while it waits where the client
 * lost the state. It never becomes a new call, since nobody asked for two.
 */
export const goingOn = (
  round: SecondRound | undefined,
  tool_name: string,
  asked: Asked,
): Pick<AskForCall, "no_new_call" | "goes_on"> => {
  if (round === undefined) return {};
  const { state } = round;
  return state === undefined
    ? { no_new_call: { because: withoutState(asked), may_mean: [tool_name] } }
    : { goes_on: { call_id: state, unless: ofNoCall(asked) } };
};

/** Also of another's call: whether there is one of that id is not told. */
const ofNoCall = ({ name, agent }: Asked): Problem =>
  problem(
    `is that of no call of ${name} with these arguments by agent ${agent}; buddy_status says which calls of its wait, and without it and inputResponses this is a new call`,
  );

const withoutState = ({ name }: Asked): Problem =>
  problem(
    `is not there, and no call of ${name} with these arguments waits that inputResponses could be for; without these it is a new call`,
  );

/** The state of a request that goes on with nothing. */
export const strayState = (tool: string): Problem => problem(`is given by no answer of ${tool}`);

const problem = (message: string): Problem => oneViolation({ path: "/requestState", rule: "request_state", message });
