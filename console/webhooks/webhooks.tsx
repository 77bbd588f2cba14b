import type { WebhookList } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { useAct } from "../parts/act.tsx";
import { Link } from "../parts/navigation.tsx";
import { Notice, NotYet } from "../parts/notice.tsx";
import { Part } from "../parts/part.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { pathOf } from "../routes.ts";
import { Deliveries } from "./deliveries.tsx";

type Webhook = WebhookList["webhooks"][number];

const SECONDS = 30;

type WebhooksProps = { readonly api: Api; readonly selected: string | null };

/** The addresses that are told of events, and of the one that is looked at what became of each event. */
export const Webhooks = ({ api, selected }: WebhooksProps) => {
  const { value, problem, again } = usePolled("webhooks", () => api.webhooks(), SECONDS);
  if (value === undefined) return <NotYet what="addresses" problem={problem} />;
  const shown = value.webhooks.find(({ webhook_id }) => webhook_id === selected);
  return (
    <div class="sheet">
      <h1>Deliveries</h1>
      {value.webhooks.length === 0 ? (
        <p class="nothing">
          No address is told of anything. <code>buddy webhooks add &lt;address&gt;</code> registers one.
        </p>
      ) : (
        <ul class="addresses" aria-label="Addresses">
          {value.webhooks.map((webhook) => (
            <li key={webhook.webhook_id} class="contract">
              <Address webhook={webhook} current={webhook === shown} />
            </li>
          ))}
        </ul>
      )}
      {selected !== null && shown === undefined ? (
        <p class="nothing">
          No address is called <Text text={selected} inLine />.
        </p>
      ) : null}
      {shown === undefined ? null : <Shown key={shown.webhook_id} api={api} webhook={shown} acted={again} />}
    </div>
  );
};

const Address = ({ webhook, current }: { readonly webhook: Webhook; readonly current: boolean }) => (
  <Link href={pathOf.webhook(webhook.webhook_id)} current={current}>
    <Tag word={webhook.status} /> <strong class="tool">{webhook.address}</strong>{" "}
    <span class="quiet">
      {webhook.kind === "webhook"
        ? ""
        : `${webhook.kind}${webhook.slack_channel === undefined ? "" : ` in ${webhook.slack_channel}`}, `}
      {webhook.event_types === null ? "every event" : webhook.event_types.join(", ")}
      {webhook.description === null ? null : (
        <>
          ; <Text text={webhook.description} inLine />
        </>
      )}
    </span>
  </Link>
);

type ShownProps = { readonly api: Api; readonly webhook: Webhook; readonly acted: () => void };

const Shown = ({ api, webhook, acted }: ShownProps) => {
  const { webhook_id, status, failing_since, disabled_because, disabled_at } = webhook;
  const { send, refused } = useAct();
  return (
    <Part id="deliveries" head="What it was told" kind="told">
      {status === "active" ? null : (
        <Notice weight="mind">
          <p>
            <strong>It is told of nothing more</strong>
            {disabled_at === null ? null : (
              <>
                {" "}
                since <Moment at={disabled_at} />
              </>
            )}
            : <Text text={disabled_because ?? "nobody said why"} />
          </p>
          <Permitted scope="contracts:write">
            <button
              type="button"
              class="button"
              onClick={() => void send(api.enableWebhook(webhook_id), "Taken up again.", acted)}
            >
              Take it up again
            </button>
          </Permitted>
        </Notice>
      )}
      {failing_since === null ? null : (
        <p class="mind">
          Nothing was delivered since <Moment at={failing_since} />.
        </p>
      )}
      {refused}
      <Deliveries api={api} webhook_id={webhook_id} />
    </Part>
  );
};
