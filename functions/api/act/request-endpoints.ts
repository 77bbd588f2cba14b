import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { byId } from "../http/paths.ts";
import { summaryOf } from "../read/summaries.ts";
import { executionSummary, reasonBody, resumeManyBody, resumeResults, rollbackBody } from "../schemas.ts";
import { abortExecution } from "./abort-execution.ts";
import { act } from "./acting.ts";
import { whyNotTheirs } from "./own-execution.ts";
import { resumeExecution } from "./resume-execution.ts";
import { resumeMany } from "./resume-many.ts";
import { rollBackExecution } from "./roll-back-execution.ts";

/** People ask an execution to stop, to go on, or to be undone. */
export const requestEndpoints = (deps: Deps): Endpoint[] => {
  const asks = { ...act, params: byId, reply: executionSummary, statuses: [202] } as const;
  const operates = { ...asks, scopes: ["executions:operate"] } as const;
  return [
    endpoint(
      {
        ...asks,
        scopes: ["executions:write", "executions:operate", AGENT_SCOPE],
        path: "/executions/{id}/abort",
        summary: "Stop an execution: nothing new starts; the answer lists its calls that can still run",
        description:
          "With `executions:write`, and as an agent, only one that the caller submitted; with `executions:operate` any.",
        body: reasonBody,
      },
      async ({ params, body: { reason }, caller }) => {
        const forbidden = await whyNotTheirs(deps, params.id, caller);
        if (forbidden !== undefined) return refuse(forbidden);
        const asked = await abortExecution(deps)(params.id, { by: caller.name, reason });
        if (!asked.ok) return asked;
        const { execution, can_still_run, warning } = asked.value;
        const careful = warning === undefined ? {} : { warning };
        const body = { ...summaryOf(execution), can_still_run: [...can_still_run], ...careful };
        return accept({ status: 202, body });
      },
    ),
    endpoint(
      { ...operates, path: "/executions/{id}/resume", summary: "Take up what a lock held", body: reasonBody },
      async ({ params, body: { reason }, caller }) => {
        const asked = await resumeExecution(deps)(params.id, { by: caller.name, reason });
        return asked.ok ? accept({ status: 202, body: summaryOf(asked.value) }) : asked;
      },
    ),
    endpoint(
      {
        ...act,
        scopes: ["executions:operate"],
        path: "/executions/resume",
        summary: "Take up what a lock held of many executions, each by itself",
        description: "`GET /system/held` lists them.",
        body: resumeManyBody,
        reply: resumeResults,
      },
      async ({ body, caller }) => accept({ body: await resumeMany(deps)(body, caller.name) }),
    ),
    endpoint(
      { ...operates, path: "/executions/{id}/rollback", summary: "Undo what can be undone", body: rollbackBody },
      async ({ params, body: { reason, depth = null }, caller }) => {
        const asked = await rollBackExecution(deps)(params.id, { by: caller.name, reason }, depth);
        return asked.ok ? accept({ status: 202, body: summaryOf(asked.value) }) : asked;
      },
    ),
  ];
};
