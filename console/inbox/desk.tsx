import { isToDecide } from "../../shared/shown/settling.ts";
import type { Api } from "../client/api.ts";
import type { Chosen } from "../client/chosen.ts";
import type { Open } from "../client/open-requests.ts";
import { Link } from "../parts/navigation.tsx";
import { RequestPage } from "../request/request.tsx";
import { pathOf } from "../routes.ts";
import { Inbox } from "./inbox.tsx";
import { byPlan, filterIn, fits, queryOf } from "./queue.ts";

type DeskProps = {
  readonly api: Api;
  readonly open: Open;
  readonly selected: string | null;
  readonly query: string;
  readonly chosen: Chosen;
};

/** The queue, and beside it the request that is looked at; on a narrow screen one of the two. */
export const Desk = ({ api, open, selected, query, chosen }: DeskProps) => {
  const filter = filterIn(new URLSearchParams(query));
  const [next] = byPlan(
    (open.requests ?? []).filter((request) => fits(filter, request)),
    filter.sort,
  )
    .flatMap(({ requests }) => requests)
    .filter((request) => request.approval_id !== selected && isToDecide(request));
  const count = open.requests?.filter(({ approval_id }) => chosen.ids.has(approval_id)).length ?? 0;
  return (
    <div class={selected === null ? "desk" : "desk desk-with-request"}>
      <section class="desk-queue" aria-label="Requests">
        {selected === null ? <h1 class="for-readers">Inbox</h1> : null}
        <Inbox
          open={open}
          filter={filter}
          path={selected === null ? pathOf.inbox() : pathOf.request(selected)}
          current={selected}
          chosen={chosen.ids}
          choose={chosen.choose}
        />
        {count === 0 ? null : (
          <p class="together">
            <strong>{count} chosen</strong>
            <Link href={pathOf.many()} class="button button-link">
              Look at all of them and decide
            </Link>
            <button type="button" class="button button-quiet" onClick={() => chosen.choose([...chosen.ids], false)}>
              Choose none
            </button>
          </p>
        )}
      </section>
      {selected === null ? null : (
        <section class="desk-request" aria-label="Request">
          <Link href={pathOf.inbox() + queryOf(filter)} class="back">
            ← Inbox
          </Link>
          <RequestPage
            api={api}
            id={selected}
            decided={open.again}
            next={next === undefined ? null : pathOf.request(next.approval_id) + queryOf(filter)}
          />
        </section>
      )}
    </div>
  );
};
