import { serviceOf } from "../../../shared/contracts/service.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { secondsAfter } from "../../../shared/execution/attempt/timing.ts";
import type { NotFree } from "../../../shared/execution/attempt/unsent.ts";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Deps } from "../../deps.ts";

type Buckets = Pick<Deps, "tokenBuckets">;

/** Why a tool's service is to be left alone at `now`, if it is. */
export const pauseOfService = async (
  { tokenBuckets }: Buckets,
  called: ToolContract,
  now: string,
): Promise<Required<Pick<NotFree, "busy" | "seconds" | "paused_until">> | undefined> => {
  const service = serviceOf(called);
  const pause = service === undefined ? undefined : await tokenBuckets.pauseOf(service, now);
  if (pause === undefined) return undefined;
  const seconds = (Date.parse(pause.until) - Date.parse(now)) / 1_000;
  return { busy: `${service} is left alone until ${pause.until}: ${pause.reason}`, seconds, paused_until: pause.until };
};

/**
 * A pause that a service asks for holds for everybody who would call it, not only for the call that was answered so.
 */
export const heed = async (
  { clock, tokenBuckets }: Buckets & Pick<Deps, "clock">,
  called: ToolContract,
  { again_in_seconds: seconds }: PushBack,
): Promise<void> => {
  const service = serviceOf(called);
  if (service === undefined || seconds === undefined || seconds <= 0) return;
  const now = clock.now().toISOString();
  const reason = `it asked ${called.tool_name} to come again in ${Math.ceil(seconds)} s`;
  await tokenBuckets.pause({ service, until: secondsAfter(now, seconds), reason }, now);
};

export const pushBackOf = ({ again_in_seconds }: { readonly again_in_seconds?: number | undefined }): PushBack =>
  again_in_seconds === undefined ? {} : { again_in_seconds };
