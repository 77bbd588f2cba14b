import { accept, refuse } from "../../../shared/plan/result.ts";
import { WORK_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byCall } from "../http/paths.ts";
import { conflicting } from "../http/problems.ts";
import { heartbeatBody, heartbeatReply, nextBody, nextReply, outcomeBody, outcomeReply } from "../schemas.ts";
import { nextCall } from "./next-call.ts";
import { postOutcome } from "./post-outcome.ts";
import { takenCall } from "./taken-call.ts";

const work = { ...none, group: "work", method: "POST", scopes: [WORK_SCOPE] } as const;

/** Acts of workers: take a call, say how far it is, say what came of it. */
export const workEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...work,
      path: "/work/next",
      summary: "Take a call of the worker's group",
      description:
        "At most one, given to this worker alone. It is to be begun before its `start_by`, and answered by its `deadline`.",
      body: nextBody,
      reply: nextReply,
    },
    async ({ body, caller, signal }) => accept({ body: { call: await nextCall(deps)(body, caller, signal) } }),
  ),
  endpoint(
    {
      ...work,
      path: "/work/{call_id}/outcome",
      summary: "Say what came of a call",
      description:
        "`rejected` only where it had no effect and will have none; `indeterminate` where that is not known. The first answer " +
        "stands: the same again changes nothing, another is refused.",
      params: byCall,
      body: outcomeBody,
      reply: outcomeReply,
    },
    async ({ params, body, caller }) => {
      const posted = await postOutcome(deps)(params.call_id, body, caller);
      return posted.ok ? accept({ body: posted.value }) : posted;
    },
  ),
  endpoint(
    {
      ...work,
      path: "/work/{call_id}/heartbeat",
      summary: "Say how far a call is",
      description: "For who watches: it gives no more time.",
      params: byCall,
      body: heartbeatBody,
      reply: heartbeatReply,
    },
    async ({ params: { call_id }, body: { progress }, caller }) => {
      const taken = await takenCall(deps, call_id, caller);
      if (!taken.ok) return taken;
      const { calls, handed } = taken.value;
      const now = deps.clock.now();
      if (!(await calls.progress(call_id, caller.name, progress, now.toISOString()))) {
        return refuse(conflicting(`call ${call_id} is not this worker's any more`));
      }
      const { deadline } = handed.call;
      const seconds_left = Math.max(0, Math.floor((Date.parse(deadline) - now.getTime()) / 1_000));
      return accept({ body: { deadline, seconds_left } });
    },
  ),
];
