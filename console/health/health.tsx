import type { MetricReply } from "../../functions/api/schemas.ts";
import { inWords, plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import type { Open } from "../client/open-requests.ts";
import { usePolled } from "../client/polled.ts";
import { Link } from "../parts/navigation.tsx";
import { NotYet } from "../parts/notice.tsx";
import { Part } from "../parts/part.tsx";
import { Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { Unreadable } from "../parts/unreadable.tsx";
import { pathOf } from "../routes.ts";
import { Calibration } from "./calibration.tsx";
import { Learned } from "./learned.tsx";
import { Metrics } from "./metrics.tsx";

const SECONDS = 60;

/** The score of the last day, what it rests on and costs, and what stands out. */
export const Health = ({ api, open }: { readonly api: Api; readonly open: Open }) => {
  const { value: health, problem } = usePolled("health", () => api.health(), SECONDS);
  const history = usePolled("score", () => api.metric("system_health_score"), SECONDS);
  const system = usePolled("system of health", () => api.system(), SECONDS);
  if (health === undefined) return <NotYet what="the health" problem={problem} />;
  return (
    <div class="sheet health">
      <h1>Health</h1>
      <section class="score" aria-label="Score">
        <p class="score-number">{health.health_score ?? "–"}</p>
        <div>
          {health.health_status === null ? null : <Tag word={health.health_status} />}
          <p>
            <Text text={health.health_assessment} />
          </p>
          <p class="quiet">
            <Moment at={health.timestamp} />
          </p>
        </div>
      </section>
      {history.value === undefined ? null : <History metric={history.value} />}
      {system.value === undefined ? null : (
        <Part id="now" head="Now">
          <dl class="facts">
            <div>
              <dt>LIVE</dt>
              <dd>{system.value.live_enabled ? "on" : "off"}</dd>
            </div>
            <div>
              <dt>running</dt>
              <dd>
                {plural(system.value.running_executions, "execution")}, {plural(system.value.in_flight.count, "call")}{" "}
                under way
              </dd>
            </div>
            <Waiting open={open} />
            {system.value.left_alone.map(({ service, until, reason }) => (
              <div key={service}>
                <dt>left alone</dt>
                <dd>
                  <Text text={service} /> for {inWords((Date.parse(until) - Date.now()) / 1_000)}:{" "}
                  <Text text={reason} />
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      <Part id="metrics" head="What it is made of, over a day">
        <Metrics health={health} />
      </Part>
      <Part id="anomalies" head="Anomalies">
        {health.anomalies.length === 0 ? <p>None.</p> : null}
        <ul>
          {health.anomalies.map((anomaly) => (
            <li key={anomaly.description}>
              <Text text={anomaly.description} />
            </li>
          ))}
        </ul>
      </Part>
      <Calibration api={api} />
      <Learned api={api} />
    </div>
  );
};

/** How long people have let requests lie. */
const Waiting = ({ open: { requests = [], at } }: { readonly open: Open }) => {
  const [oldest] = requests.toSorted((one, other) => (one.created_at < other.created_at ? -1 : 1));
  return (
    <div>
      <dt>waiting for people</dt>
      <dd>
        {plural(requests.length, "request")}
        {oldest === undefined ? null : (
          <>
            , <Link href={pathOf.request(oldest.approval_id)}>the oldest</Link> for{" "}
            {inWords((at - Date.parse(oldest.created_at)) / 1_000)}
          </>
        )}
      </dd>
    </div>
  );
};

const WIDTH = 600;
const HEIGHT = 80;

/** The score's course, as a line from 0 to 100; its figures stand in words beside it. */
const History = ({ metric: { points, unreadable } }: { readonly metric: MetricReply }) => {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length < 2) return null;
  const line = values
    .map((value, place) => `${(place / (values.length - 1)) * WIDTH},${HEIGHT - (value / 100) * HEIGHT}`)
    .join(" ");
  const lacking = points.filter(({ unread = 0 }) => unread > 0).length;
  const words = `measured ${values.length} times, from ${Math.min(...values)} to ${Math.max(...values)}, last ${values.at(-1)}`;
  return (
    <figure class="history">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`The score: ${words}`}>
        <polyline points={line} />
      </svg>
      <figcaption class="quiet">
        The score from 0 to 100: {words}.
        {lacking === 0 ? null : (
          <span class="mind">
            {" "}
            {plural(lacking, "of these values lacks", "of these values lack")} executions that could not be read, as the
            health then said
          </span>
        )}
      </figcaption>
      <Unreadable names={unreadable} one="value" />
    </figure>
  );
};
