import { useEffect, useMemo, useState } from "preact/hooks";
import type { CallerNameList } from "../functions/api/schemas.ts";
import { calledBy } from "../shared/plan/called.ts";
import { isToDecide } from "../shared/shown/settling.ts";
import { plural } from "../shared/shown/words.ts";
import { type Api, apiOver } from "./client/api.ts";
import { type Chosen, useChosen } from "./client/chosen.ts";
import { draftsAreOf } from "./client/draft.ts";
import { type Contact, httpOf } from "./client/http.ts";
import { type Open, useOpenRequests } from "./client/open-requests.ts";
import { type Polled, usePolled } from "./client/polled.ts";
import type { Session } from "./client/session.ts";
import { ExecutionPage } from "./execution/execution.tsx";
import { Executions } from "./executions/executions.tsx";
import { Health } from "./health/health.tsx";
import { Desk } from "./inbox/desk.tsx";
import { Many } from "./many/many.tsx";
import { Announcer, useSaid } from "./parts/announce.tsx";
import { Guarded } from "./parts/guarded.tsx";
import { Heard } from "./parts/heard.tsx";
import { useKeptFocus } from "./parts/keep-focus.ts";
import { Link, useAddress } from "./parts/navigation.tsx";
import { Permitted, You } from "./parts/permitted.tsx";
import { CalledHere, Person } from "./parts/person.tsx";
import { Text } from "./parts/text.tsx";
import { People } from "./people/people.tsx";
import { type Place, pathOf, placeAt } from "./routes.ts";
import { Stop } from "./stop/stop.tsx";
import { Tools } from "./tools/tools.tsx";
import { Verify } from "./verify/verify.tsx";
import { Webhooks } from "./webhooks/webhooks.tsx";

type AppProps = { readonly session: Session; readonly signedOut: (why: string) => void };

/** Locks and the switch change seldom; a stop of this page's is shown at once. */
const SYSTEM_SECONDS = 60;

/** Names are given seldom. */
const NAMES_SECONDS = 600;

/** Everything that a person who is signed in sees. */
export const App = ({ session, signedOut }: AppProps) => {
  useMemo(() => draftsAreOf(session.name), [session]);
  const [contact, setContact] = useState<Contact>({ heard_at: Date.now(), silent_since: null });
  const api = useMemo(() => apiOver(httpOf(session, { contact: setContact, signedOut })), [session, signedOut]);
  const open = useOpenRequests(api);
  const system = usePolled("system", () => api.system(), SYSTEM_SECONDS);
  const names = usePolled("names", () => api.names(), NAMES_SECONDS);
  const called = useMemo(() => calledBy(names.value?.names ?? []), [names.value]);
  useKeptFocus();
  const chosen = useChosen();
  const [stopping, setStopping] = useState(false);
  const address = useAddress();
  const [path = "", query = ""] = address.split("?");
  const place = placeAt(path);
  const mine = open.requests?.filter(isToDecide).length ?? 0;
  useSaid(open.requests && mine, (now, before) =>
    now > before ? `${plural(now, "request waits", "requests wait")} for you.` : null,
  );
  useEffect(() => {
    document.title = `${mine === 0 ? "" : `(${mine}) `}${TITLES[place.page]} · Buddy`;
  }, [mine, place.page]);
  return (
    <You.Provider value={system.value?.you}>
      <CalledHere.Provider value={called}>
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
            <Link href={pathOf.executions()} current={place.page === "executions" || place.page === "execution"}>
              Executions
            </Link>
            <Link href={pathOf.people()} current={place.page === "people"}>
              People
            </Link>
            <Link href={pathOf.health()} current={place.page === "health"}>
              Health
            </Link>
            <Link href={pathOf.tools()} current={place.page === "tools"}>
              Tools
            </Link>
            <Link href={pathOf.webhooks()} current={place.page === "webhooks"}>
              Deliveries
            </Link>
            <Link href={pathOf.verify()} current={place.page === "verify"}>
              Verify
            </Link>
          </nav>
          <div class="top-end">
            <Heard contact={contact} />
            <span class="person">
              <span class="for-readers">signed in as </span>
              <Person id={session.name} />
            </span>
            <Permitted scope="system:lock">
              <button type="button" class="button button-stop" onClick={() => setStopping(true)}>
                Stop …
              </button>
            </Permitted>
          </div>
        </header>
        {system.value === undefined || system.value.locks.length === 0 ? null : (
          <aside class="locked-bar" aria-label="Locks">
            <strong>Locked:</strong>{" "}
            {system.value.locks.map(({ lock_id, locked_by }, place) => (
              <span key={lock_id}>
                {place === 0 ? "" : ", "}
                <Text text={lock_id} inLine /> by <Person id={locked_by} />
              </span>
            ))}
          </aside>
        )}
        <Announcer />
        <main id="main" tabIndex={-1} aria-label={TITLES[place.page]}>
          <Guarded at={address}>
            <Page api={api} open={open} place={place} query={query} chosen={chosen} me={session.name} names={names} />
          </Guarded>
        </main>
        <Guarded at={String(stopping)}>
          {stopping ? (
            <Stop
              api={api}
              execution={place.page === "execution" ? place.id : null}
              close={() => setStopping(false)}
              acted={system.again}
            />
          ) : null}
        </Guarded>
      </CalledHere.Provider>
    </You.Provider>
  );
};

const TITLES: Readonly<Record<Place["page"], string>> = {
  inbox: "Inbox",
  many: "Many at once",
  executions: "Executions",
  execution: "Execution",
  verify: "Verify",
  health: "Health",
  tools: "Tools and agents",
  people: "People",
  webhooks: "Deliveries",
  nowhere: "Nowhere",
};

type PageProps = {
  readonly api: Api;
  readonly open: Open;
  readonly place: Place;
  readonly query: string;
  readonly chosen: Chosen;
  /** The person who is signed in. */
  readonly me: string;
  readonly names: Polled<CallerNameList>;
};

const Page = ({ api, open, place, query, chosen, me, names }: PageProps) => {
  switch (place.page) {
    case "inbox":
      return <Desk api={api} open={open} selected={place.request} query={query} chosen={chosen} />;
    case "many":
      return <Many api={api} open={open} chosen={chosen.ids} choose={chosen.choose} />;
    case "executions":
      return <Executions api={api} query={query} />;
    case "execution":
      return <ExecutionPage key={place.id} api={api} id={place.id} step={place.step} />;
    case "verify":
      return <Verify key={query} api={api} query={query} />;
    case "health":
      return <Health api={api} open={open} />;
    case "tools":
      return <Tools api={api} />;
    case "people":
      return <People api={api} open={open} me={me} names={names} />;
    case "webhooks":
      return <Webhooks api={api} selected={place.id} />;
    case "nowhere":
      return (
        <p class="nothing">
          There is no such page. <Link href={pathOf.inbox()}>To the inbox</Link>
        </p>
      );
  }
};
