import type { HealthReply } from "../../functions/api/schemas.ts";
import { metricInWords } from "../../shared/shown/metrics.ts";
import { Unread } from "./unread.tsx";

type Figures = HealthReply["metrics"];

/** The metrics that the score is made of. The score itself stands above. */
export const Metrics = ({ health }: { readonly health: HealthReply }) => (
  <>
    <dl class="metrics">
      {Object.entries(health.metrics).flatMap(([name, value]) =>
        name === ("system_health_score" satisfies keyof Figures)
          ? []
          : [
              <div key={name}>
                <dt>{metricInWords(name, value).name}</dt>
                <dd>{metricInWords(name, value).figure}</dd>
              </div>,
            ],
      )}
    </dl>
    <Unread executions={health.unread_executions} />
  </>
);
