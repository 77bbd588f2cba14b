import { useEffect, useMemo, useState } from "preact/hooks";
import { apiOver } from "./client/api.ts";
import { type Contact, httpOf } from "./client/http.ts";
import { useOpenRequests } from "./client/open-requests.ts";
import type { Session } from "./client/session.ts";
import { Inbox } from "./inbox/inbox.tsx";
import { byPlan, filterIn, fits, isMine, queryOf } from "./inbox/queue.ts";
import { Announcer } from "./parts/announce.tsx";
import { Heard } from "./parts/heard.tsx";
import { Link, useAddress } from "./parts/navigation.tsx";
import { RequestPage } from "./request/request.tsx";
import { pathOf, placeAt } from "./routes.ts";

type AppProps = { readonly session: Session; readonly signedOut: (why: string) => void };

/** Everything that a person who is signed in sees. */
export const App = ({ session, signedOut }: AppProps) => {
  const [contact, setContact] = useState<Contact>({ heard_at: Date.now(), silent_since: null });
  const api = useMemo(() => apiOver(httpOf(session, { contact: setContact, signedOut })), [session, signedOut]);
  const open = useOpenRequests(api);
  const address = useAddress();
  const [path = "", query = ""] = address.split("?");
  const place = placeAt(path);
  const mine = open.requests?.filter(isMine).length ?? 0;
  useEffect(() => {
    document.title = `${mine === 0 ? "" : `(${mine}) `}${TITLES[place.page]} · Buddy`;
  }, [mine, place.page]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <Link href={pathOf.inbox()} class="logo">
          Buddy
        </Link>
        <nav aria-label="Pages">
          <Link href={pathOf.inbox()} current={place.page === "inbox"}>
            Inbox{mine === 0 ? null : <span class="badge">{mine}</span>}
          </Link>
        </nav>
        <div class="top-end">
          <Heard contact={contact} />
          <span class="person">
            <span class="for-readers">signed in as </span>
            {session.name}
          </span>
        </div>
      </header>
      <Announcer />
      <main id="main" tabIndex={-1} class={`page-${place.page}`}>
        {place.page === "inbox" ? (
          <InboxAndRequest api={api} open={open} selected={place.request} query={query} />
        ) : (
          <p>
            There is no such page. <Link href={pathOf.inbox()}>To the inbox</Link>
          </p>
        )}
      </main>
    </>
  );
};

const TITLES = { inbox: "Inbox", nowhere: "Nowhere" } as const;

type DeskProps = {
  readonly api: ReturnType<typeof apiOver>;
  readonly open: ReturnType<typeof useOpenRequests>;
  readonly selected: string | null;
  readonly query: string;
};

/** The queue, and beside it the request that is looked at; on a narrow screen one of the two. */
const InboxAndRequest = ({ api, open, selected, query }: DeskProps) => {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filter = filterIn(new URLSearchParams(query));
  const choose = (ids: readonly string[], yes: boolean): void => {
    const next = new Set(chosen);
    for (const id of ids)
      if (yes) next.add(id);
      else next.delete(id);
    setChosen(next);
  };
  const order = byPlan(
    (open.requests ?? []).filter((request) => fits(filter, request)),
    filter.sort,
  )
    .flatMap(({ requests }) => requests)
    .filter((request) => request.approval_id !== selected && isMine(request));
  const next = order[0];
  return (
    <div class={selected === null ? "desk" : "desk desk-with-request"}>
      <section class="desk-queue" aria-label="Requests">
        {selected === null ? <h1 class="for-readers">Inbox</h1> : null}
        <Inbox
          open={open}
          filter={filter}
          path={selected === null ? pathOf.inbox() : pathOf.request(selected)}
          current={selected}
          chosen={chosen}
          choose={choose}
        />
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
