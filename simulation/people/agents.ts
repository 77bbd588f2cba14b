import { awaitCall } from "../../functions/api/call/await-call.ts";
import { callTool } from "../../functions/api/call/call-tool.ts";
import { loadCall } from "../../functions/api/call/load-call.ts";
import { replyToCall } from "../../functions/api/call/reply-to-call.ts";
import type { CallReply } from "../../functions/api/schemas.ts";
import type { Deps } from "../../functions/deps.ts";
import { callRequest } from "../../shared/plan/call-request.ts";
import type { Told } from "../invariants/invariant.ts";
import type { CallSketch, RequestSketch } from "../plans/calls.ts";
import { CONTRACTS } from "../service/contracts.ts";
import type { World } from "../world.ts";

/** When an agent that hangs up does so: before the longest wait is over. */
const HANGS_UP_AFTER_MS = 8_000;

const CONFIG = { approval_timeout_seconds: 1_200 };

let asked = 0;

/** Agents ask for single calls, by the registry's contracts, until they hear an end or give up. */
export const letAgentsAsk = async (world: World, calls: readonly CallSketch[]): Promise<void> => {
  if (calls.length === 0) return;
  for (const contract of CONTRACTS.values()) await world.facts.ports.contracts.put(contract);
  for (const call of calls) {
    world.scheduler.after(call.at_seconds * 1_000, () => {
      askUntilTold(world, call).catch((error: unknown) => world.scheduler.fail(error));
    });
  }
};

const askUntilTold = async (world: World, sketch: CallSketch): Promise<void> => {
  // A goal of its own, as each submission has, and the same bytes in each request.
  asked += 1;
  const text = JSON.stringify(bodyOf(sketch, asked));
  let call_id: string | undefined;
  for (const request of sketch.requests) {
    const heard = await askOnce(world, sketch, text, request, call_id);
    call_id = heard?.call_id ?? call_id;
    if (heard !== undefined && heard.outcome !== "waiting") return;
    await new Promise<void>((resolve) => world.scheduler.after(request.pause_seconds * 1_000, resolve));
  }
};

const bodyOf = ({ agent, tool, thing, wait_seconds }: CallSketch, nth: number) => ({
  agent_id: agent,
  tool_name: tool,
  arguments: tool === "look" ? { id: thing } : { id: thing, value: "asked" },
  confidence: 0.95,
  goal: `call ${nth}`,
  wait_seconds,
  config: CONFIG,
});

/** @returns the answer; undefined where the agent did not hear it, or was refused */
const askOnce = async (
  world: World,
  sketch: CallSketch,
  text: string,
  { fate, by_id }: RequestSketch,
  call_id: string | undefined,
): Promise<CallReply | undefined> => {
  const connection = new AbortController();
  if (fate === "gone") world.scheduler.after(HANGS_UP_AFTER_MS, () => connection.abort());
  const { signal } = connection;
  const { by, idempotency_key, agent, tool, thing } = sketch;
  const told = (answer: Pick<Told, "call_id" | "waits" | "left">): void =>
    world.watches.told({ by, idempotency_key, call: `${tool} of ${thing} by ${agent}`, ...answer });
  const outcome = await world.request(`${agent} asks for ${tool}`, (whole) => {
    const deps = tellingOfEnds(world, whole, (call_id) => {
      if (!signal.aborted) told({ call_id, waits: false, left: true });
    });
    return by_id && call_id !== undefined
      ? askById(deps, call_id, sketch.wait_seconds, signal)
      : askForCall(deps, sketch, text, signal);
  });
  if (outcome.kind !== "answered" || outcome.value === undefined) return undefined;
  const { call_id: answered, outcome: how } = outcome.value;
  told({ call_id: answered, waits: how === "waiting", left: !signal.aborted });
  return fate === "lost" || signal.aborted ? undefined : outcome.value;
};

/**
 * A call that has ended gives its place back when its end is on its way: whatever breaks after that, the agent was told, as
 * far as anybody here can know.
 */
const tellingOfEnds = (world: World, deps: Deps, ends: (call_id: string) => void): Deps => {
  const { ports, bodies, now } = world.facts;
  const seen = { ...ports, bodies, clock: { now: () => new Date(now()) } };
  const release: Deps["askedCalls"]["release"] = async (call) => {
    const loaded = await loadCall(seen, call.execution_id);
    if (loaded !== undefined && loaded.answer.outcome !== "waiting") ends(call.execution_id);
    return deps.askedCalls.release(call);
  };
  return { ...deps, askedCalls: { ...deps.askedCalls, release } };
};

const askForCall = async (
  deps: Deps,
  { by, idempotency_key }: CallSketch,
  text: string,
  signal: AbortSignal,
): Promise<CallReply | undefined> => {
  const call = callRequest.parse(JSON.parse(text));
  const made = await callTool(deps)({ text, call, submitter: by, idempotency_key, origin: "", signal });
  return made.ok ? made.value.reply : undefined;
};

const askById = async (
  deps: Deps,
  call_id: string,
  seconds: number,
  signal: AbortSignal,
): Promise<CallReply | undefined> => {
  const loaded = await awaitCall(deps, call_id, seconds, signal);
  const beside = { attached: false, warnings: [], origin: "", signal, since: undefined, asker: true };
  return loaded && replyToCall(deps, loaded, beside);
};
