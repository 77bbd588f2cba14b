import { useState } from "preact/hooks";
import type { EventPage } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Loading, Refusal } from "../parts/notice.tsx";
import { Person } from "../parts/person.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";

type Event = EventPage["items"][number];

const SECONDS = 20;

/** The record of what happened, by time within what was fetched. */
export const Timeline = ({ api, id }: { readonly api: Api; readonly id: string }) => {
  const { value, problem } = usePolled(`events ${id}`, () => api.events(id, { limit: 200 }), SECONDS);
  const [more, setMore] = useState<readonly EventPage[]>([]);
  if (value === undefined) return problem === undefined ? <Loading what="events" /> : <Refusal problem={problem} />;
  const pages = [value, ...more];
  const last = pages.at(-1) ?? value;
  const events = pages
    .flatMap(({ items }) => items)
    .toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : other.seq - one.seq));
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
      {last.next === null ? null : (
        <button
          type="button"
          class="button"
          onClick={async () => {
            const answer = await api.events(id, { limit: 200, next: last.next ?? undefined });
            if (answer.kind === "value") setMore([...more, answer.value]);
          }}
        >
          Fetch more chains
        </button>
      )}
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
