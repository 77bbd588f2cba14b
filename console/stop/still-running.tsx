import type { LockReply, SystemState } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import { Notice } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { useNow } from "../parts/time.tsx";

export type Call = LockReply["can_still_run"][number];

/** The answer to a stop, and when it came (milliseconds since 1970). */
export type Stopped = { readonly calls: readonly Call[]; readonly at: number; readonly warning: string | undefined };

const keyOf = ({ execution_id, step_id, side }: Call): string => `${execution_id} ${step_id} ${side}`;

/** Of the calls that could still run when it was stopped, those that still can: not over by their time, and not ended. */
export const stillRunning = (
  calls: readonly Call[],
  state: SystemState | undefined,
  stopped_at: number,
  state_at: number,
  now: number,
): Call[] => {
  const inFlight = new Set(state?.in_flight.calls.map(keyOf));
  const known = state !== undefined && state_at > stopped_at;
  return calls.filter((call) => Date.parse(call.may_run_until) > now && (!known || inFlight.has(keyOf(call))));
};

const soonestFirst = (one: Call, other: Call): number =>
  Date.parse(one.may_run_until) - Date.parse(other.may_run_until) ||
  keyOf(one).localeCompare(keyOf(other), undefined, { numeric: true });

/** `state` and when it came, where it is looked at: without it, a call can run until its time is over. */
type StillRunningProps = { readonly stopped: Stopped; readonly state?: SystemState | undefined; readonly at?: number };

/** The answer to a stop: what it warns of, and the calls that can still run, counting down to none. */
export const StillRunning = ({ stopped, state, at = 0 }: StillRunningProps) => {
  const now = useNow(1);
  const left = stillRunning(stopped.calls, state, stopped.at, at, now);
  return (
    <div class="still-running">
      {stopped.warning && <Notice weight="mind">{stopped.warning}</Notice>}
      <p role="status">
        {left.length === 0 ? (
          <strong>Nothing of it can run any more.</strong>
        ) : (
          <strong>{plural(left.length, "call")} can still run.</strong>
        )}
      </p>
      <ul>
        {left.toSorted(soonestFirst).map((call) => (
          <li key={keyOf(call)}>
            <span class="countdown">{Math.ceil((Date.parse(call.may_run_until) - now) / 1_000)} s at most</span>
            <span>
              <code>{call.tool_name}</code> <Text text={call.step_id} inLine />{" "}
              <span class="quiet">
                of <code>{call.execution_id}</code>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
};
