import type { ApprovalView } from "../../functions/api/schemas.ts";
import { unlikeOthers } from "../../shared/shown/unlike-others.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Open } from "../client/open-requests.ts";
import { Loading, Refusal } from "../parts/notice.tsx";
import { Quoted } from "../parts/text.tsx";
import { pathOf } from "../routes.ts";
import { Filters } from "./filters.tsx";
import { byPlan, type Filter, fits, queryOf } from "./queue.ts";
import { Row } from "./row.tsx";

type InboxProps = {
  readonly open: Open;
  readonly filter: Filter;
  readonly path: string;
  readonly current: string | null;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], chosen: boolean) => void;
};

/** The queue: what waits for people, by plan. */
export const Inbox = ({ open, filter, path, current, chosen, choose }: InboxProps) => {
  const { requests, at, problem } = open;
  if (requests === undefined)
    return problem === undefined ? <Loading what="requests" /> : <Refusal problem={problem} />;
  const shown = requests.filter((request) => fits(filter, request));
  const unlike = unlikeOthers(shown);
  const ids = shown.map(({ approval_id }) => approval_id);
  const allChosen = ids.length > 0 && ids.every((id) => chosen.has(id));
  return (
    <>
      {problem === undefined ? null : <Refusal problem={problem} />}
      <Filters filter={filter} all={requests} path={path} />
      <div class="count">
        <label class="choose">
          <input
            type="checkbox"
            checked={allChosen}
            disabled={ids.length === 0}
            onChange={(event) => choose(ids, event.currentTarget.checked)}
          />
          <span class="for-readers">choose all that are shown</span>
        </label>
        {plural(shown.length, "request")}
        {shown.length === requests.length ? "" : ` of ${requests.length}`}
      </div>
      {shown.length === 0 ? <Nothing all={requests.length} /> : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows are a shortcut beside the Tab key, which reaches each link */}
      <div class="groups" onKeyDown={walk}>
        {byPlan(shown, filter.sort).map(({ execution_id, plan_id, goal, requests: own }) => (
          <section class="group" key={`${execution_id}/${plan_id}`} aria-label={`Plan ${plan_id}`}>
            <header>
              <h2>{plan_id}</h2>
              {goal === null ? null : <Quoted text={goal} by="goal, by the agent" />}
            </header>
            <ul class="rows">
              {own.map((request: ApprovalView) => (
                <Row
                  key={request.approval_id}
                  request={request}
                  since={at}
                  href={pathOf.request(request.approval_id) + queryOf(filter)}
                  current={request.approval_id === current}
                  unlike={unlike.get(request.approval_id) ?? []}
                  chosen={chosen.has(request.approval_id)}
                  choose={(yes) => choose([request.approval_id], yes)}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
};

const Nothing = ({ all }: { readonly all: number }) => (
  <div class="nothing">
    <p class="nothing-head">{all === 0 ? "Nothing to decide." : "Nothing here fits."}</p>
    <p>
      {all === 0
        ? "Calls that need a person come in by themselves; this page looks every few seconds."
        : `${plural(all, "request")} wait; choose less above.`}
    </p>
  </div>
);

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Arrows, and j and k, walk over the requests. */
const walk = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>(".row-link")];
  const place = links.findIndex((link) => link.matches(":focus"));
  if (place < 0) return;
  event.preventDefault();
  links[place + step]?.focus();
};
