import { awaitCall } from "../../functions/api/call/await-call.ts";
import { callTool } from "../../functions/api/call/call-tool.ts";
import { replyToCall } from "../../functions/api/call/reply-to-call.ts";
import type { CallReply } from "../../functions/api/schemas.ts";
import type { Deps } from "../../functions/deps.ts";
import { callRequest } from "../../shared/plan/call-request.ts";
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
  const outcome = await world.request(`${sketch.agent} asks for ${sketch.tool}`, (deps) =>
    by_id && call_id !== undefined
      ? askById(deps, call_id, sketch.wait_seconds, signal)
      : askForCall(deps, sketch, text, signal),
  );
  if (outcome.kind !== "answered" || outcome.value === undefined) return undefined;
  if (fate === "lost" || signal.aborted) return undefined;
  const { by, idempotency_key } = sketch;
  const waits = outcome.value.outcome === "waiting";
  world.watches.told({ by, idempotency_key, call_id: outcome.value.call_id, waits });
  return outcome.value;
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
  return loaded && replyToCall(deps, loaded, { attached: false, warnings: [], origin: "", signal, since: undefined });
};
