import { useState } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import { LONGEST_OPEN_SECONDS } from "../../shared/execution/approval/extend.ts";
import { inWords } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { useAct } from "../parts/act.tsx";
import { Line } from "../parts/line.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import { useNow } from "../parts/time.tsx";

type MoreTimeProps = {
  readonly api: Api;
  readonly request: ApprovalView;
  /** Seconds that were left at `since`. */
  readonly remaining: number;
  readonly since: number;
  readonly given: () => void;
};

/** Seconds that one may add in one act. */
const CHOICES = [3_600, 28_800, 86_400, 259_200];

/** Adds to the time that is left to decide, where the API takes that: not when it is over, and to a year at most. */
export const MoreTime = ({ api, request, remaining, since, given }: MoreTimeProps) => {
  const [chosen, setSeconds] = useState(86_400);
  const left = remaining - (Math.max(useNow(1), since) - since) / 1_000;
  const choices = CHOICES.filter((each) => left + each <= LONGEST_OPEN_SECONDS);
  const seconds = choices.includes(chosen) ? chosen : choices.at(-1);
  const [reason, setReason] = useDraft(`more time ${request.approval_id}`);
  const { send, refused } = useAct();
  if (left <= 0 || seconds === undefined) return null;
  return (
    <details class="more-time">
      <summary>Give it more time</summary>
      {refused}
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const why = reason.trim();
          if (why === "") return;
          void send(api.extend(request.approval_id, seconds, why), "It has more time.", () => {
            setReason("");
            given();
          });
        }}
      >
        <label class="labelled">
          <span>How much</span>
          <select value={seconds} onChange={(event) => setSeconds(Number(event.currentTarget.value))}>
            {choices.map((each) => (
              <option key={each} value={each}>
                {inWords(each)}
              </option>
            ))}
          </select>
        </label>
        <Line label="A reason" value={reason} write={setReason} kind="labelled wide" />
        <Press why={reason.trim() === "" ? SAY_WHY : null}>Give it more time</Press>
      </form>
    </details>
  );
};
