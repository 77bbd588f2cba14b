import type { DeliveryPage } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { useAct } from "../parts/act.tsx";
import { NotYet } from "../parts/notice.tsx";
import { onceEach } from "../parts/once-each.ts";
import { usePages } from "../parts/pages.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";

type Delivery = DeliveryPage["items"][number];

/** A retry comes seconds after the first try at the soonest; further ones take minutes. */
const SECONDS = 20;

const namesOf = ({ items }: DeliveryPage) => items.map(({ delivery_id }) => delivery_id);

type DeliveriesProps = { readonly api: Api; readonly webhook_id: string };

/** The outcome of each event that one address was to be told of, the newest first. */
export const Deliveries = ({ api, webhook_id }: DeliveriesProps) => {
  const load = () => api.deliveries(webhook_id, undefined);
  const { value, problem, again } = usePolled(`deliveries ${webhook_id}`, load, SECONDS);
  const { pages, more } = usePages(value, (next) => api.deliveries(webhook_id, next), "Older ones", namesOf);
  const { send, refused } = useAct();
  if (value === undefined) return <NotYet what="events" problem={problem} />;
  // Events that came since an older page was read have pushed some of it onto the newest.
  const found = onceEach(
    pages,
    ({ items }) => items,
    ({ delivery_id }) => delivery_id,
  );
  const all = found.toSorted((one, other) => (one.created_at < other.created_at ? 1 : -1));
  return (
    <>
      <Permitted scope="contracts:write">
        <div class="buttons">
          <button
            type="button"
            class="button"
            onClick={() => void send(api.testWebhook(webhook_id), "A test is on its way.", again)}
          >
            Send a test
          </button>
        </div>
      </Permitted>
      {refused}
      {all.length === 0 ? <p class="quiet">Nothing yet.</p> : null}
      <ul class="deliveries" aria-label={plural(all.length, "event")}>
        {all.map((delivery) => (
          <li key={delivery.delivery_id} class="contract">
            <One
              delivery={delivery}
              resend={() => void send(api.resend(webhook_id, delivery.delivery_id), "It is sent again.", again)}
            />
          </li>
        ))}
      </ul>
      {more}
    </>
  );
};

const One = ({ delivery, resend }: { readonly delivery: Delivery; readonly resend: () => void }) => {
  const { status, event_type, created_at, attempts, next_at, tries } = delivery;
  return (
    <>
      <p class="delivery-head">
        <Tag word={status} /> <strong>{event_type}</strong>
        <span class="quiet">
          <Moment at={created_at} />, {attempts === 0 ? "not tried yet" : plural(attempts, "try", "tries")}
        </span>
        <Permitted scope="contracts:write">
          <button type="button" class="button" onClick={resend}>
            Send again
            <span class="for-readers">
              : {event_type} of {created_at}
            </span>
          </button>
        </Permitted>
      </p>
      {tries.length === 0 ? null : (
        <ol class="attempts">
          {tries.map((each) => (
            <li key={each.at}>
              {each.status === null ? "no answer" : <code>{each.status}</code>} after {Math.round(each.duration_ms)} ms,{" "}
              <Moment at={each.at} />
              {each.error === null ? null : (
                <>
                  : <Text text={each.error} />
                </>
              )}
            </li>
          ))}
        </ol>
      )}
      {status === "waiting" && next_at !== null ? (
        <p class="quiet">
          is not tried before <Moment at={next_at} />
        </p>
      ) : null}
    </>
  );
};
