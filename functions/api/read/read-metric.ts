import { METRIC_NAMES, type MetricName, metricName } from "../../../shared/health/index.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { problemOf } from "../http/problems.ts";
import type { MetricReply, Problem } from "../schemas.ts";
import { rangeFault } from "./range-fault.ts";

const DAY_MS = 86_400_000;

/** A metric's history; the last 24 hours where nothing is said. */
export const readMetric =
  (deps: Pick<Deps, "metricHistory" | "clock">) =>
  async (
    name: string,
    range: { readonly since?: string | undefined; readonly until?: string | undefined },
  ): Promise<Result<MetricReply, Problem>> => {
    const known = metricName.safeParse(name);
    if (!known.success) {
      return refuse(problemOf("not-found", `there is no metric ${name}; there are ${METRIC_NAMES.join(", ")}`));
    }
    const until = range.until === undefined ? deps.clock.now() : new Date(range.until);
    const since = range.since === undefined ? new Date(until.getTime() - DAY_MS) : new Date(range.since);
    const fault = rangeFault({ since, until });
    if (fault !== undefined) return refuse(fault);
    return accept(await history(deps, known.data, since.toISOString(), until.toISOString()));
  };

const history = async (
  deps: Pick<Deps, "metricHistory">,
  name: MetricName,
  since: string,
  until: string,
): Promise<MetricReply> => {
  const { items: points, unreadable } = await deps.metricHistory.read(name, since, until);
  return { name, since, until, points, unreadable };
};
