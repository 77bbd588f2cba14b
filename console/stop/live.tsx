import { useState } from "preact/hooks";
import type { Api } from "../client/api.ts";
import { useAct } from "../parts/act.tsx";
import { Line } from "../parts/line.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import type { Stopped } from "./still-running.tsx";

type LiveProps = {
  readonly api: Api;
  readonly enabled: boolean;
  readonly off: (stopped: Stopped) => void;
  readonly on: () => void;
};

/** The deployment's switch. Off is a stop as well: its answer is the calls that can still run. */
export const Live = ({ api, enabled, off, on }: LiveProps) => {
  const [reason, setReason] = useState("");
  const [stays, setStays] = useState(false);
  const { send, refused } = useAct();
  const press = (): void => {
    void send(
      api.switchLive(!enabled, reason.trim()),
      `LIVE is switched ${enabled ? "off" : "on"}.`,
      ({ live_enabled, can_still_run, warning }) => {
        setReason("");
        if (can_still_run !== undefined) off({ calls: can_still_run, at: Date.now(), warning });
        else on();
        if (!enabled && !live_enabled) setStays(true);
      },
    );
  };
  return (
    <details class="locks">
      <summary>LIVE is {enabled ? "on" : "off"}</summary>
      <div class="switch">
        <p>
          {enabled
            ? "Off, no call goes beyond DRY RUN, and nobody is asked; roll backs go on."
            : "On, calls that were approved are made again."}
        </p>
        {stays ? <p class="mind">It stays off: Buddy was started without LIVE.</p> : null}
        {refused}
        <Line label="Why it is switched; kept in the audit" value={reason} write={setReason} />
        <Press look={enabled ? "button-stop" : undefined} why={reason.trim() === "" ? SAY_WHY : null} press={press}>
          Switch LIVE {enabled ? "off" : "on"}
        </Press>
      </div>
    </details>
  );
};
