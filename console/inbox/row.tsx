import { useMemo } from "preact/hooks";
import { kindWords } from "../../shared/shown/questions.ts";
import { isToDecide } from "../../shared/shown/settling.ts";
import { shownChanges } from "../../shared/shown/values.ts";
import type { Queued } from "../client/queued.ts";
import { Link } from "../parts/navigation.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Risk } from "../parts/tag.tsx";
import { Becomes, Text, Value } from "../parts/text.tsx";
import { Left } from "../parts/time.tsx";

/** More changes than a row of the queue shows; the request shows all. */
const MOST_CHANGES = 2;

type RowProps = {
  readonly request: Queued;
  readonly href: string;
  readonly current: boolean;
  readonly unlike: readonly string[];
  readonly chosen: boolean;
  readonly choose: (chosen: boolean) => void;
};

/** One of hundreds: it is made anew when something of it has changed. */
export const Row = (row: RowProps) => {
  const { request, href, current, unlike, chosen } = row;
  return useMemo(() => <Short {...row} />, [request, href, current, unlike.join(), chosen]);
};

/** One request of the queue, short: its risk, its effect, its time. */
const Short = ({ request, href, current, unlike, chosen, choose }: RowProps) => {
  const { tool_name, changes, summary, kind, step_id, approvals_given, approvals_required, acting_agent_id } = request;
  const question = kindWords(kind);
  return (
    <li class={current ? "row current" : "row"}>
      <Permitted scope="approvals:decide">
        <label class="choose">
          <input type="checkbox" checked={chosen} onChange={(event) => choose(event.currentTarget.checked)} />
          <span class="for-readers">
            choose {tool_name} of {step_id}
          </span>
        </label>
      </Permitted>
      <Link href={href} current={current} class="row-link">
        <span class="row-head">
          <Risk level={request.risk_level} />
          <strong class="tool">{tool_name}</strong>
          <Left seconds={request.remaining_seconds} since={request.read_at} />
        </span>
        <span class="row-effect">
          {question === "" ? null : <strong>{question} </strong>}
          {changes.length === 0 ? <Text text={summary} inLine /> : null}
          {shownChanges(changes.slice(0, MOST_CHANGES), kind).map((change) => (
            <span class="row-change" key={`${change.record} ${change.field}`}>
              <span class="quiet">
                <Text text={change.field} />
              </span>{" "}
              <Value value={change.old} inLine /> <Becomes /> <Value value={change.new} inLine />
            </span>
          ))}
          {changes.length > MOST_CHANGES ? <span class="more">and {changes.length - MOST_CHANGES} more</span> : null}
        </span>
        {unlike.map((note) => (
          <span class="unlike" key={note}>
            <Text text={note} />
          </span>
        ))}
        <span class="row-foot">
          <Text text={`${step_id} by ${acting_agent_id}`} inLine />
          {approvals_required > 1 ? ` · ${approvals_given} of ${approvals_required} approved` : ""}
          <PutTo request={request} />
          {isToDecide(request) ? "" : " · not yours to decide"}
        </span>
      </Link>
    </li>
  );
};

/** Whom it is put to now, where its tool asks one after the other. */
const PutTo = ({ request: { asked = [] } }: Pick<RowProps, "request">) => {
  const last = asked.at(-1);
  if (last === undefined) return null;
  return <> · put to {last.name === null ? "everybody" : <Text text={last.name} inLine />}</>;
};
