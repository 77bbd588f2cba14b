import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { Deps } from "../../deps.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import type { CallReply, Problem } from "../schemas.ts";
import { goOnWith } from "../submit/begin-execution.ts";
import { recallKey } from "../submit/request-key.ts";
import type { AskForCall } from "./ask-for-call.ts";
import { type AwaitCallDeps, awaitCall } from "./await-call.ts";
import { type BeginCallDeps, type Begun, beginCall, checkCall, underKey } from "./begin-call.ts";
import { isCallAskedFor } from "./goes-on.ts";
import { type JoinDeps, joinCall } from "./join-call.ts";
import { type ReplyDeps, replyToCall } from "./reply-to-call.ts";
import { AS_BEFORE, ATTACHED, type Made, NEW } from "./said-of-first.ts";
import { sameCallBefore } from "./same-call-before.ts";

export type CallDeps = JoinDeps &
  BeginCallDeps &
  AwaitCallDeps &
  ReplyDeps &
  Pick<Deps, "carrier" | "together" | "log">;

export type CallMade = {
  readonly reply: CallReply;
  readonly replayed: boolean;
  /** The version by which the call is made, which its execution pinned. */
  readonly contract: ToolContract;
};

/** An execution that was put on record is not there. */
class CallGone extends Surprise {
  override readonly name = "CallGone";
}

/**
 * One call of one tool: a plan of one step, put on record, started, and waited for. The same call of the same agent
 * again, while it waits, is the same execution: one question to people, one effect. The words of the first request hold
 * then, and whatever would refuse a new call, as a contract that has changed since, does not refuse that one again.
 *
 * In this order, so that a death after any of it leaves something that the same request again goes on from: the claim
 * of the call's place, the key, the record, its first event, the start.
 */
export const callTool =
  (deps: CallDeps) =>
  async (request: AskForCall): Promise<Result<CallMade, Problem>> => {
    const waits_until = deps.clock.now().getTime() + request.call.wait_seconds * 1_000;
    const reply = (execution_id: string, made: Made): Promise<Replied> =>
      replyFrom(deps, request, { execution_id, made, waits_until });
    const asked = await recallKey(deps, request);
    if (!asked.ok) return asked;
    const answerFor = async (execution_id: string, made: Made): Promise<Result<CallMade, Problem>> => {
      const joined = await joinCall(deps, execution_id, request.submitter);
      if (!joined.ok) return joined;
      await goOn(deps, execution_id);
      return accept({ ...(await reply(execution_id, made)), replayed: made === AS_BEFORE });
    };
    const attach = (execution_id: string): Promise<Result<CallMade, Problem>> => answerFor(execution_id, ATTACHED);

    const { no_new_call, goes_on } = request;
    const may_mean = no_new_call?.may_mean ?? [request.call.tool_name];
    if (goes_on !== undefined) {
      const { call_id, unless } = goes_on;
      if (!(await isCallAskedFor(deps, request, may_mean, call_id))) return refuse(unless);
      const named = await underKey(deps, asked.value, { execution_id: call_id, attached: true });
      // The call that it names goes before the one for which its key stands.
      return named.ok ? attach(call_id) : named;
    }
    const { before } = asked.value;
    if (before?.on_record) return answerFor(before.execution_id, AS_BEFORE);
    const checked = no_new_call === undefined ? await checkCall(deps, request) : refuse(no_new_call.because);
    if (!checked.ok) {
      const stands = await sameCallBefore(deps, request, may_mean);
      if (stands === undefined) return checked;
      const named = await underKey(deps, asked.value, { execution_id: stands, attached: true });
      return named.ok ? attach(named.value.execution_id) : named;
    }
    // A call that is carried on here is told to nobody before its reply, which then is safe with all that it rests on.
    const begun = await deps.together(async (): Promise<Result<BegunHere, Problem>> => {
      const began = await beginCall(deps, request, checked.value, asked.value);
      if (!began.ok) return began;
      const { execution_id, carried_ms, record } = began.value;
      if (record === undefined || carried_ms === undefined) return began;
      await deps.carrier.carry(execution_id, carried_ms);
      return accept({ ...began.value, replied: await reply(execution_id, NEW) });
    });
    if (!begun.ok) return begun;
    const { execution_id, record } = begun.value;
    if (record === undefined) return attach(execution_id);
    if (begun.value.replied === undefined) await startRun(deps)(record);
    deps.log.info("a call was accepted", { execution_id, correlation_id: record.correlation_id });
    return accept({ ...(begun.value.replied ?? (await reply(execution_id, NEW))), replayed: false });
  };

/** A run that another request carries on is its own. */
const goOn = async (deps: CallDeps, execution_id: string): Promise<void> => {
  if (!(await deps.carriedRuns.isCarried(execution_id))) await goOnWith(deps, execution_id);
};

/** The reply about a call, and the contract that it pinned. */
type Replied = Pick<CallMade, "reply" | "contract">;

/** One that was carried on here has its reply. */
type BegunHere = Begun & { readonly replied?: Replied };

type Awaited = {
  readonly execution_id: string;
  readonly made: Made;
  /** Milliseconds since 1970. Carrying the call on has used some of the time that the caller waits. */
  readonly waits_until: number;
};

const replyFrom = async (
  deps: CallDeps,
  request: AskForCall,
  { execution_id, made, waits_until }: Awaited,
): Promise<Replied> => {
  const seconds = Math.max(0, (waits_until - deps.clock.now().getTime()) / 1_000);
  const loaded = await awaitCall(deps, execution_id, seconds, request.signal);
  if (loaded === undefined) throw new CallGone(`call ${execution_id} is on record and cannot be found`);
  const { attached, says } = made;
  const { origin, signal, idempotency_key, call } = request;
  const since = idempotency_key === undefined ? waits_until - call.wait_seconds * 1_000 : undefined;
  const beside = { attached, warnings: says(loaded, request), origin, signal, since, asker: true };
  return { reply: await replyToCall(deps, loaded, beside), contract: loaded.contract };
};
