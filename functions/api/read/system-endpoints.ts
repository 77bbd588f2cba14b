import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { currentCalibration } from "../../health/calibration.ts";
import { currentHealth } from "../../health/score.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { byName } from "../http/paths.ts";
import {
  calibrationQuery,
  calibrationReply,
  healthReply,
  heldPage,
  metricQuery,
  metricReply,
  pageQuery,
  signalPage,
  signalQuery,
  systemState as systemStateReply,
  workState as workStateReply,
} from "../schemas.ts";
import { calibrationPage } from "./calibration-page.ts";
import { heldExecutions } from "./held-executions.ts";
import { readMetric } from "./read-metric.ts";
import { read } from "./reading.ts";
import { systemState } from "./system-state.ts";
import { workState } from "./work-state.ts";

/** Routes to what is true of the deployment as a whole, and to what it measured and learnt. */
export const systemEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/system",
      summary: "Locks, the LIVE switch, calls in flight, services that are left alone",
      reply: systemStateReply,
    },
    async ({ caller: { name, scopes } }) =>
      accept({ body: { you: { name, scopes: [...scopes] }, ...(await systemState(deps)()) } }),
  ),
  endpoint(
    {
      ...read,
      path: "/system/held",
      summary: "What locks hold, and whether it can be resumed now",
      description: "Newest first. A page may hold less than its limit, or nothing, and have a `next`.",
      query: pageQuery,
      reply: heldPage,
    },
    async ({ query }) => accept({ body: await heldExecutions(deps)(query) }),
  ),
  endpoint(
    { ...read, path: "/work", summary: "What waits for workers, and who asked last", reply: workStateReply },
    async () => accept({ body: await workState(deps)() }),
  ),
  endpoint(
    { ...read, path: "/health", summary: "The score of the last 24 hours, and what costs most", reply: healthReply },
    async () => accept({ body: await currentHealth(deps) }),
  ),
  endpoint(
    {
      ...read,
      path: "/calibration",
      summary: "How well agents foretell their calls, and the evidence of each tool, over seven days",
      description:
        "Of each agent the mean confidence that it stated, beside how many of its LIVE calls came out; of each tool its " +
        "outcomes, one a step. Calls whose outcome nobody knows are not counted. Agents come before tools, those with the " +
        "most evidence first; executions that could not be read are named on the first page.",
      query: calibrationQuery,
      reply: calibrationReply,
    },
    async ({ query }) => accept({ body: calibrationPage(await currentCalibration(deps), query) }),
  ),
  endpoint(
    {
      ...read,
      path: "/metrics/{name}",
      summary: "The history of a metric",
      params: byName,
      query: metricQuery,
      reply: metricReply,
    },
    async ({ params, query }) => {
      const metric = await readMetric(deps)(params.name, query);
      return metric.ok ? accept({ body: metric.value }) : metric;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/signals",
      summary: "List learning signals, newest first",
      query: signalQuery,
      reply: signalPage,
    },
    async ({ query: { target_phase = null, limit, next = null } }) =>
      accept({ body: await deps.signals.list({ target_phase, limit, next }) }),
  ),
];
