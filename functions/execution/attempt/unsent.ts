import { sideOf } from "../../../shared/execution/attempt/side.ts";
import type { Stop } from "../../../shared/execution/attempt/start.ts";
import type { Told } from "../../../shared/execution/attempt/told.ts";
import {
  afterBusy,
  afterPushBack,
  afterStop,
  type NotFree,
  type Unsent,
} from "../../../shared/execution/attempt/unsent.ts";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Deps } from "../../deps.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { nowOf } from "./in-flight.ts";

type UnsentDeps = Pick<Deps, "clock" | "ledger" | "steps">;
type Unmoved = Pick<StepContext, "record">;

/** @throws StepMoved when somebody else moved the step meanwhile; so do all of these, of which none sent anything */
export const tell = async (deps: UnsentDeps, { record }: Unmoved, { kind, told }: Unsent): Promise<void> => {
  if (kind === "end") await endUnsent(deps, { record }, sideOf(record), told);
  else await move(deps, record, told);
};

/** Something it needs is not free. */
export const putOff = (
  deps: UnsentDeps & Pick<Deps, "policy">,
  { record }: Unmoved,
  notFree: NotFree,
): Promise<void> => {
  const limit = deps.policy.wait_for_resources_seconds;
  return tell(deps, { record }, afterBusy(record, notFree, limit, nowOf(deps)));
};

/** How it is told that a call's service refused it and asked for it again later; undefined where it did not, or did for too long. */
export const pushedBack = (
  deps: Pick<Deps, "clock" | "policy">,
  { record }: Unmoved,
  { error, again_in_seconds }: { readonly error: string } & PushBack,
): Told | undefined =>
  again_in_seconds === undefined
    ? undefined
    : afterPushBack(record, { error, again_in_seconds }, deps.policy.wait_for_resources_seconds, nowOf(deps));

/** Something stopped it: it is left to who says what becomes of it. */
export const leaveUnsent = async (
  deps: UnsentDeps & Pick<Deps, "log">,
  { execution, record }: Unmoved & Pick<StepContext, "execution">,
  stop: Stop,
): Promise<void> => {
  const then = afterStop(stop, { record, execution, now: nowOf(deps) });
  if (then.kind !== "leave") await tell(deps, { record }, then);
  else if (stop.kind === "moved") deps.log.warn(`${stop.reason}: nothing is sent`);
  else deps.log.info(`${stop.reason}: nothing is sent`);
};
