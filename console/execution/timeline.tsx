import type { EventPage } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { NotYet } from "../parts/notice.tsx";
import { onceEach } from "../parts/once-each.ts";
import { usePages } from "../parts/pages.tsx";
import { Person } from "../parts/person.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";

type Event = EventPage["items"][number];

const SECONDS = 20;

const namesOf = ({ items }: EventPage) => items.map(({ event_id }) => event_id);

/** The record of what happened, by time within what was fetched. */
export const Timeline = ({ api, id }: { readonly api: Api; readonly id: string }) => {
  const { value, problem } = usePolled(`events ${id}`, () => api.events(id, { limit: 200 }), SECONDS);
  const load = (next: string) => api.events(id, { limit: 200, next });
  const { pages, more } = usePages(value, load, "Fetch more chains", namesOf);
  if (value === undefined) return <NotYet what="events" problem={problem} />;
  const events = onceEach(
    pages,
    ({ items }) => items,
    ({ event_id }) => event_id,
  ).toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : other.seq - one.seq));
  return (
    <>
      <ol class="timeline">
        {events.map((event) => (
          <li key={event.event_id}>
            <Moment at={event.at} />
            <span>
              <strong>{event.type.replaceAll("_", " ")}</strong> <Where event={event} />
            </span>
          </li>
        ))}
      </ol>
      {more}
    </>
  );
};

/** The chain and the actor of an event, and its reason where it has one. */
const Where = ({ event: { chain, actor, body } }: { readonly event: Event }) => (
  <>
    <code>{chain.replace(/^step:/u, "")}</code>{" "}
    <span class="quiet">
      by <Person id={actor} />
    </span>
    {typeof body.reason === "string" ? (
      <>
        : <Text text={body.reason} />
      </>
    ) : null}
  </>
);
