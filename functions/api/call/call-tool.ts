import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { isQuick } from "../../../shared/execution/call/quick.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { type CallRequest, placedInCall, submissionOfCall } from "../../../shared/plan/call-request.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { Deps } from "../../deps.ts";
import { noteCarried } from "../../records/carried.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { invalidInput } from "../http/problems.ts";
import type { CallReply, Problem } from "../schemas.ts";
import { type BeginDeps, goOnWith, othersNamed, putOnRecord, type Submitting } from "../submit/begin-execution.ts";
import { type CheckedSubmission, checkSubmission } from "../submit/check-submission.ts";
import { type RequestKey, recallKey, rememberKey } from "../submit/request-key.ts";
import { type AwaitCallDeps, awaitCall } from "./await-call.ts";
import { earlierVersions } from "./earlier-versions.ts";
import { type JoinDeps, joinCall } from "./join-call.ts";
import { type LoadedCall, placeOfCall } from "./load-call.ts";
import { type ReplyDeps, replyToCall } from "./reply-to-call.ts";
import { sameCallBefore } from "./same-call-before.ts";
import { MOST_WAITING, type Place, type PlaceDeps, takePlace } from "./take-place.ts";

export type CallDeps = JoinDeps &
  Pick<Deps, "carrier" | "carriedRuns" | "settings" | "together"> &
  BeginDeps &
  AwaitCallDeps &
  PlaceDeps &
  ReplyDeps &
  Pick<Deps, "ids" | "log" | "contracts" | "callerNames">;

export type AskForCall = Submitting & {
  readonly text: string;
  readonly texts_before?: readonly string[];
  readonly call: CallRequest;
  readonly origin: string;
  readonly signal?: AbortSignal | undefined;
  /** Set where no new call may be made of what was asked for. One that stands is answered for all the same. */
  readonly no_new_call?: NoNewCall | undefined;
};

/** `because`: what a new call is told. `may_mean`: the tools whose calls that stand it may be about. */
export type NoNewCall = { readonly because: Problem; readonly may_mean: readonly string[] };

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
    const { before } = asked.value;
    if (before?.on_record) {
      const joined = await joinCall(deps, before.execution_id, request.submitter);
      if (!joined.ok) return joined;
      await goOn(deps, before.execution_id);
      return accept({ ...(await reply(before.execution_id, AS_BEFORE)), replayed: true });
    }
    const attach = async (execution_id: string): Promise<Result<CallMade, Problem>> => {
      const joined = await joinCall(deps, execution_id, request.submitter);
      if (!joined.ok) return joined;
      await goOn(deps, execution_id);
      return accept({ ...(await reply(execution_id, ATTACHED)), replayed: false });
    };

    const { no_new_call } = request;
    const checked = no_new_call === undefined ? await checkCall(deps, request) : refuse(no_new_call.because);
    if (!checked.ok) {
      const stands = await sameCallBefore(deps, request, no_new_call?.may_mean ?? [request.call.tool_name]);
      if (stands === undefined) return checked;
      const named = await underKey(deps, asked.value, { execution_id: stands, attached: true });
      return named.ok ? attach(named.value.execution_id) : named;
    }
    // A call that is carried on here is told to nobody before its reply, which then is safe with all that it rests on.
    const begun = await deps.together(async () => {
      const began = await begin(deps, request, checked.value, asked.value);
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

type Begun = {
  readonly execution_id: string;
  /** How long it is carried on within this request; undefined where a workflow run makes it. */
  readonly carried_ms: number | undefined;
  /** Undefined where it was on record before. */
  readonly record: ExecutionRecord | undefined;
  /** The reply about one that was carried on. */
  readonly replied?: Replied;
};

type Replied = Pick<CallMade, "reply" | "contract">;

const begin = async (
  deps: CallDeps,
  request: AskForCall,
  checked: CheckedSubmission,
  asked: RequestKey,
): Promise<Result<Begun, Problem>> => {
  const place = await placeFor(deps, checked, asked.before?.execution_id ?? deps.ids.next());
  if (!place.ok) return place;
  const named = await underKey(deps, asked, place.value);
  if (!named.ok) return named;
  const { execution_id, attached } = named.value;
  if (attached) return accept({ execution_id, carried_ms: undefined, record: undefined });
  const carried_ms = await quickMilliseconds(deps, checked, request.call);
  if (carried_ms !== undefined) await noteCarried(deps, execution_id, carried_ms);
  const record = await putOnRecord(deps, execution_id, request, checked);
  return accept({ execution_id, carried_ms, record });
};

/** A run that another request carries on is its own. */
const goOn = async (deps: CallDeps, execution_id: string): Promise<void> => {
  if (!(await deps.carriedRuns.isCarried(execution_id))) await goOnWith(deps, execution_id);
};

/** How long the call may be carried on within this request; undefined where a workflow run makes it. */
const quickMilliseconds = async (
  deps: Pick<CallDeps, "settings">,
  { record, config }: CheckedSubmission,
  { wait_seconds }: CallRequest,
): Promise<number | undefined> => {
  const [plan] = record.plans;
  const [step] = plan?.steps ?? [];
  const contract = record.contracts.find(({ tool_name }) => tool_name === step?.tool_name);
  if (plan === undefined || step === undefined || contract === undefined || wait_seconds < LEAST_SECONDS)
    return undefined;
  const live_enabled = await deps.settings.liveEnabled();
  return isQuick({ step, contract, plan, config, live_enabled }) ? wait_seconds * 1_000 : undefined;
};

/** A request that waits no longer than that is answered about a call that was begun. */
const LEAST_SECONDS = 1;

const checkCall = async (
  deps: CallDeps,
  { call, submitter, agent }: AskForCall,
): Promise<Result<CheckedSubmission, Problem>> => {
  const contract = await deps.contracts.get(call.tool_name);
  const checked = await checkSubmission(deps)(submissionOfCall(call, contract?.required_permissions ?? []), submitter);
  if (checked.ok) {
    const others = othersNamed({ agent }, checked.value.record);
    return others === undefined ? checked : refuse(others);
  }
  const { violations, more } = checked.refusal;
  return refuse(invalidInput({ violations: violations.map(placedInCall), more }));
};

const placeFor = (deps: CallDeps, { record, config }: CheckedSubmission, execution_id: string) => {
  const [step] = record.plans.flatMap((plan) => plan.steps);
  const contract = record.contracts.find(({ tool_name }) => tool_name === step?.tool_name);
  if (step === undefined || contract === undefined) throw new RangeError("a call has one step and its contract");
  const asked_at = deps.clock.now().toISOString();
  const wanted = { ...placeOfCall(contract, step, config), execution_id, asked_at };
  const placesBefore = async () =>
    (await earlierVersions(deps, contract)).map((each) => placeOfCall(each, step, config).same_call);
  return takePlace(deps, wanted, MOST_WAITING, placesBefore);
};

/** The place for which the key stands from now on. One that never came to be stands in nobody's way. */
const underKey = async (
  deps: Pick<Deps, "executions">,
  key: RequestKey,
  place: Place,
): Promise<Result<Place, Problem>> => {
  const named = await rememberKey(deps, key, place.execution_id);
  if (!named.ok) return named;
  const execution_id = named.value;
  if (execution_id === place.execution_id) return accept(place);
  const born = (await deps.executions.get(execution_id)) !== undefined;
  return accept(born ? { execution_id, attached: true } : place);
};

type Made = { readonly attached: boolean; readonly says: (loaded: LoadedCall, request: AskForCall) => string[] };

/** Whether the first request said something else that holds. */
const differs = ({ execution, step }: LoadedCall, { call }: AskForCall): boolean =>
  (call.confidence !== undefined && call.confidence !== step.confidence) ||
  Object.entries(call.config ?? {}).some(([name, value]) =>
    Object.entries(execution.config).some(([other, held]) => other === name && held !== value),
  );

const wasAskedFor = ({ execution }: LoadedCall): string =>
  `the same call was asked for at ${execution.submitted_at} and is answered here`;

const FIRST_HOLDS = "its confidence and config hold, not those of this request";

const NEW: Made = { attached: false, says: () => [] };
const AS_BEFORE: Made = {
  attached: false,
  says: (loaded, request) => (differs(loaded, request) ? [`${wasAskedFor(loaded)}: ${FIRST_HOLDS}`] : []),
};
const ATTACHED: Made = {
  attached: true,
  says: (loaded, request) => {
    const { execution } = loaded;
    const { submitter } = request;
    return [
      differs(loaded, request) ? `${wasAskedFor(loaded)}: ${FIRST_HOLDS}` : wasAskedFor(loaded),
      ...(isSamePerson(execution.submitted_by, submitter) ? [] : [ANOTHERS]),
    ];
  },
};

const ANOTHERS =
  "another submitted it: you are one of its submitters from now on, and where four eyes are asked for, nobody who approves it";

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
