import { APPROVERS, SUBMITTER } from "../names.ts";
import type { Random } from "../random.ts";

/** One call that an agent asks for, and asks for again until it hears the end, or gives up. */
export type CallSketch = {
  readonly agent: "agent_1" | "agent_2";
  /** The person whose token it uses; the second who asks for one call joins the first. */
  readonly by: string;
  readonly tool: string;
  readonly thing: string;
  readonly at_seconds: number;
  /** For how long each request waits for the call. */
  readonly wait_seconds: number;
  /** Of each request; without one, the call alone says that it is the same. */
  readonly idempotency_key?: string;
  /** The requests in their order; after the last of them the agent gives up. */
  readonly requests: readonly RequestSketch[];
};

export type RequestSketch = {
  /** `gone`: the agent hangs up before the wait is over. `lost`: the answer gets lost on its way. */
  readonly fate: "heard" | "lost" | "gone";
  /** Where it knows the call's id: whether it asks for its outcome, rather than for the same call again. */
  readonly by_id: boolean;
  /** Until the next one. */
  readonly pause_seconds: number;
};

/** They act, or only look, on what the plans beside them act on. */
const TOOLS = ["look", "look", "put_asked_about", "put_with_key", "put_opaque", "book", "make", "send"] as const;

const drawRequest = (random: Random): RequestSketch => ({
  fate: random.pick(["heard", "heard", "lost", "gone"]),
  by_id: random.chance(0.3),
  pause_seconds: random.pick([0, 1, 30, 120, 600]),
});

const MOST_REQUESTS = 5;

/** A few calls, each asked for once or twice over, the second time soon after the first. */
export const drawCalls = (random: Random): readonly CallSketch[] =>
  Array.from({ length: random.pick([1, 2, 3]) }, () => {
    const agent = random.pick(["agent_1", "agent_2"] as const);
    const call = { agent, tool: random.pick(TOOLS), thing: random.pick(["a", "b", "c"]) };
    const at_seconds = random.pick([0, 5, 60, 300]);
    return Array.from({ length: random.pick([1, 2]) }, (_, nth): CallSketch => {
      const key = random.chance(0.5) ? { idempotency_key: `${call.tool} of ${call.thing} by ${nth}` } : {};
      const requests = Array.from({ length: random.between(1, MOST_REQUESTS) }, () => drawRequest(random));
      const wait_seconds = random.pick([0, 1, 20]);
      const by = nth === 0 ? SUBMITTER : random.pick([SUBMITTER, APPROVERS[0]]);
      return { ...call, by, ...key, at_seconds: at_seconds + nth * random.pick([0, 0, 1, 40]), wait_seconds, requests };
    });
  }).flat();
