import { useMemo } from "preact/hooks";
import { unlikeOthers } from "../../shared/shown/unlike-others.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Open } from "../client/open-requests.ts";
import type { Queued } from "../client/queued.ts";
import { useGrowing } from "../parts/growing.ts";
import { NotYet, Refusal } from "../parts/notice.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Quoted } from "../parts/text.tsx";
import { Unreadable } from "../parts/unreadable.tsx";
import { pathOf } from "../routes.ts";
import { Filters } from "./filters.tsx";
import { byPlan, type Filter, fits, type PlanGroup, queryOf } from "./queue.ts";
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
  const { requests, problem } = open;
  const query = queryOf(filter);
  const { shown, unlike, groups } = useMemo(() => queueOf(requests ?? [], filter), [requests, query]);
  const limit = useGrowing(shown.length);
  if (requests === undefined) return <NotYet what="requests" problem={problem} />;
  const ids = shown.map(({ approval_id }) => approval_id);
  const allChosen = ids.length > 0 && ids.every((id) => chosen.has(id));
  return (
    <>
      {problem === undefined ? null : <Refusal problem={problem} />}
      <Unreadable names={open.unreadable} one="request" />
      <Filters filter={filter} all={requests} path={path} />
      <div class="count">
        <Permitted scope="approvals:decide">
          <label class="choose">
            <input
              type="checkbox"
              checked={allChosen}
              disabled={ids.length === 0}
              onChange={(event) => choose(ids, event.currentTarget.checked)}
            />
            <span class="for-readers">choose all that are shown</span>
          </label>
        </Permitted>
        {plural(shown.length, "request")}
        {shown.length === requests.length ? "" : ` of ${requests.length}`}
        {open.more ? ", and more that are on their way" : ""}
      </div>
      {shown.length === 0 ? <Nothing all={requests.length} /> : null}
      <Groups
        groups={groups}
        limit={limit}
        unlike={unlike}
        query={query}
        current={current}
        chosen={chosen}
        choose={choose}
      />
    </>
  );
};

type GroupsProps = Pick<InboxProps, "current" | "chosen" | "choose"> & {
  readonly groups: readonly PlanGroup[];
  readonly limit: number;
  readonly unlike: ReadonlyMap<string, readonly string[]>;
  readonly query: string;
};

/** Hundreds of rows: made anew when something of them has changed, not whenever the queue was read. */
const Groups = (shown: GroupsProps) => {
  const { groups, limit, unlike, query, current, chosen } = shown;
  return useMemo(() => <Rows {...shown} />, [groups, limit, unlike, query, current, chosen]);
};

const Rows = ({ groups, limit, unlike, query, current, chosen, choose }: GroupsProps) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: arrows are a shortcut beside the Tab key, which reaches each link
  <div class="groups" onKeyDown={walk}>
    {firstOf(groups, limit).map(({ execution_id, plan_id, goal, requests: own }) => (
      <section class="group" key={`${execution_id}/${plan_id}`} aria-label={`Plan ${plan_id}`}>
        <header>
          <h2>{plan_id}</h2>
          {goal === null ? null : <Quoted text={goal} by="goal, by the agent" />}
        </header>
        <ul class="rows">
          {own.map((request) => (
            <Row
              key={request.approval_id}
              request={request}
              href={pathOf.request(request.approval_id) + query}
              current={request.approval_id === current}
              unlike={unlike.get(request.approval_id) ?? NOTHING_UNLIKE}
              chosen={chosen.has(request.approval_id)}
              choose={(yes) => choose([request.approval_id], yes)}
            />
          ))}
        </ul>
      </section>
    ))}
  </div>
);

const NOTHING_UNLIKE: readonly string[] = [];

const queueOf = (requests: readonly Queued[], filter: Filter) => {
  const shown = requests.filter((request) => fits(filter, request));
  return { shown, unlike: unlikeOthers(shown), groups: byPlan(shown, filter.sort) };
};

/** The groups that hold the first so many requests. */
const firstOf = (groups: readonly PlanGroup[], limit: number): readonly PlanGroup[] => {
  let before = 0;
  return groups.flatMap((group) => {
    const own = group.requests.slice(0, Math.max(0, limit - before));
    before += group.requests.length;
    return own.length === 0 ? [] : [{ ...group, requests: own }];
  });
};

const Nothing = ({ all }: { readonly all: number }) => (
  <div class="nothing">
    <p class="nothing-head">{all === 0 ? "Nothing to decide." : "Nothing here fits."}</p>
    <p>
      {all === 0
        ? "Calls that need a person come in by themselves; this page looks every few seconds."
        : `${plural(all, "request waits", "requests wait")}; choose less above.`}
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
