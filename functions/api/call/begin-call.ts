import { isQuick } from "../../../shared/execution/call/quick.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { type CallRequest, placedInCall, submissionOfCall } from "../../../shared/plan/call-request.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { noteCarried } from "../../records/carried.ts";
import { invalidInput } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type BeginDeps, othersNamed, putOnRecord } from "../submit/begin-execution.ts";
import { type CheckedSubmission, checkSubmission } from "../submit/check-submission.ts";
import { type RequestKey, rememberKey } from "../submit/request-key.ts";
import type { AskForCall } from "./ask-for-call.ts";
import { earlierVersions } from "./earlier-versions.ts";
import { placeOfCall } from "./load-call.ts";
import { MOST_WAITING, type Place, type PlaceDeps, takePlace } from "./take-place.ts";

export type BeginCallDeps = BeginDeps &
  PlaceDeps &
  Pick<Deps, "carriedRuns" | "settings" | "ids" | "contracts" | "callerNames">;

export type Begun = {
  readonly execution_id: string;
  /** How long it is carried on within this request; undefined where a workflow run makes it. */
  readonly carried_ms: number | undefined;
  /** Undefined where it was on record before. */
  readonly record: ExecutionRecord | undefined;
};

/** Takes the call's place, binds the key to it, and puts it on record: nothing is started yet. */
export const beginCall = async (
  deps: BeginCallDeps,
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

/** How long the call may be carried on within this request; undefined where a workflow run makes it. */
const quickMilliseconds = async (
  deps: Pick<BeginCallDeps, "settings">,
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

/** Whether a new call may be made of what was asked for; faults are placed in the request. */
export const checkCall = async (
  deps: BeginCallDeps,
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

const placeFor = (deps: BeginCallDeps, { record, config }: CheckedSubmission, execution_id: string) => {
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
export const underKey = async (
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
