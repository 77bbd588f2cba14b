import type { ApprovalRequest } from "../../../shared/execution/approval.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { ownersNow } from "../../records/owners-now.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { endpoint, none } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";
import { byId, byPerson } from "../http/paths.ts";
import { approvalViewOf } from "../read/approval-view.ts";
import { summaryOf } from "../read/summaries.ts";
import {
  approvalView,
  awayBody,
  awayRemoved,
  awayReply,
  decisionBody,
  decisionResults,
  decisionsBody,
  executionSummary,
  extendBody,
  liveBody,
  liveReply,
  lockBody,
  lockReply,
  reasonBody,
  resumeManyBody,
  resumeResults,
  rollbackBody,
  unlockBody,
  unlockReply,
} from "../schemas.ts";
import { abortExecution } from "./abort-execution.ts";
import { checkScope } from "./check-scope.ts";
import { decideApproval } from "./decide-approval.ts";
import { decideMany, tellExecution } from "./decide-many.ts";
import { extendApproval } from "./extend-approval.ts";
import { lockSystem, unlockSystem } from "./lock-system.ts";
import { whyNotTheirs } from "./own-execution.ts";
import { resumeExecution } from "./resume-execution.ts";
import { resumeMany } from "./resume-many.ts";
import { rollBackExecution } from "./roll-back-execution.ts";
import { sayAway, sayBack } from "./say-away.ts";
import { switchLive } from "./switch-live.ts";

const act = { ...none, group: "act", method: "POST" } as const;
const decides = { ...act, scopes: ["approvals:decide"] } as const;
const holds = { ...act, scopes: ["system:lock"] } as const;

/** Acts of people: decide, stop, take up, undo. */
export const actEndpoints = (deps: Deps): Endpoint[] => [
  ...decisionEndpoints(deps),
  ...awayEndpoints(deps),
  ...requestEndpoints(deps),
  ...systemEndpoints(deps),
];

const asSeen = async (deps: Deps, request: ApprovalRequest, caller: string) => {
  const [record, locks, owners] = await Promise.all([
    deps.steps.get(request.execution_id, request.step_id),
    deps.locks.all(),
    ownersNow(deps, request),
  ]);
  return approvalViewOf(request, caller, deps.clock.now().toISOString(), { record, locks, owners });
};

const decisionEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...decides,
      path: "/approvals/{id}/decision",
      summary: "Decide a request",
      description:
        "`digest` is that of the request as it was seen. `edit` needs the whole `arguments`; `edit` and `reject` need a comment.",
      params: byId,
      body: decisionBody,
      reply: approvalView,
    },
    async ({ params, body, caller }) => {
      const { decision, digest, comment = null, arguments: args = null } = body;
      const given = { decision, digest, comment, arguments: args };
      const decided = await decideApproval(deps)(params.id, given, caller.name, false);
      if (!decided.ok) return decided;
      await tellExecution(deps, decided.value);
      return accept({ body: await asSeen(deps, decided.value, caller.name) });
    },
  ),
  endpoint(
    {
      ...decides,
      path: "/approvals/decisions",
      summary: "Decide many requests, each by itself",
      description: "HIGH ones only where the caller opened each (GET /approvals/{id}).",
      body: decisionsBody,
      reply: decisionResults,
      maxBytes: MAX_BODY_BYTES,
    },
    async ({ body, caller }) => accept({ body: await decideMany(deps)(body, caller.name) }),
  ),
  endpoint(
    {
      ...decides,
      path: "/approvals/{id}/extend",
      summary: "Give an open request more time",
      params: byId,
      body: extendBody,
      reply: approvalView,
    },
    async ({ params, body, caller }) => {
      const extended = await extendApproval(deps)(params.id, body, caller.name);
      return extended.ok ? accept({ body: await asSeen(deps, extended.value, caller.name) }) : extended;
    },
  ),
];

const awayEndpoints = (deps: Deps): Endpoint[] => {
  const away = { ...act, scopes: ["approvals:decide", "contracts:write"], params: byPerson } as const;
  return [
    endpoint(
      {
        ...away,
        method: "PUT",
        path: "/away/{person}",
        summary: "Say that somebody is away, and who is told of requests instead",
        description:
          "In place of what was said before. With `approvals:decide` for oneself, with `contracts:write` for anybody. " +
          "It changes who is told of requests, never who may decide them.",
        body: awayBody,
        reply: awayReply,
      },
      async ({ params: { person }, body, caller }) => {
        const said = await sayAway(deps)(person, body, caller);
        return said.ok ? accept({ body: said.value }) : said;
      },
    ),
    endpoint(
      {
        ...away,
        method: "DELETE",
        path: "/away/{person}",
        summary: "Say that somebody is here again",
        reply: awayRemoved,
      },
      async ({ params: { person }, caller }) => {
        const back = await sayBack(deps)(person, caller);
        return back.ok ? accept({ body: back.value }) : back;
      },
    ),
  ];
};

const requestEndpoints = (deps: Deps): Endpoint[] => {
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
        const { execution, can_still_run } = asked.value;
        return accept({ status: 202, body: { ...summaryOf(execution), can_still_run: [...can_still_run] } });
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

const systemEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...holds,
      path: "/system/lock",
      summary: "Lock a scope; the answer lists its calls that can still run",
      description:
        "A misspelt tool, agent or execution is refused with the near name; `even_if_unknown` locks a name that nobody has yet.",
      body: lockBody,
      reply: lockReply,
    },
    async ({ body: { even_if_unknown, ...asked }, caller }) => {
      const named = await checkScope(deps)(asked.scope, even_if_unknown);
      if (!named.ok) return named;
      const locked = await lockSystem(deps)(asked, caller.name);
      const warnings = [named.value, locked.warning].filter((each) => each !== undefined);
      return accept({ body: { ...locked, ...(warnings.length === 0 ? {} : { warning: warnings.join("; ") }) } });
    },
  ),
  endpoint(
    {
      ...holds,
      path: "/system/unlock",
      summary: "Lift a lock; a second person must do it",
      body: unlockBody,
      reply: unlockReply,
    },
    async ({ body, caller }) => {
      const unlocked = await unlockSystem(deps)(body, caller.name);
      return unlocked.ok ? accept({ body: unlocked.value }) : unlocked;
    },
  ),
  endpoint(
    {
      ...holds,
      method: "PUT",
      path: "/system/live",
      summary: "Switch LIVE on or off for the whole deployment; off lists the calls that can still run",
      body: liveBody,
      reply: liveReply,
    },
    async ({ body, caller }) => accept({ body: await switchLive(deps)(body, caller.name) }),
  ),
];
