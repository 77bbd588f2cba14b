import { isSubmitter } from "../../../shared/execution/record/execution-record.ts";
import { callRequest } from "../../../shared/plan/call-request.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { jsonObject } from "../../../shared/plan/json.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import type { Caller } from "../http/caller.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { isOfAgent } from "../http/own.ts";
import { byCallOfAgent } from "../http/paths.ts";
import { notFound } from "../http/problems.ts";
import { callQuery, callReply } from "../schemas.ts";
import type { AskForCall } from "./ask-for-call.ts";
import { awaitCall } from "./await-call.ts";
import { callTool } from "./call-tool.ts";
import { goingOnWith } from "./goes-on.ts";
import { type LoadedCall, loadCall } from "./load-call.ts";
import { replyToCall } from "./reply-to-call.ts";

export const callEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...none,
      group: "call",
      method: "POST",
      path: "/calls",
      scopes: ["executions:write", AGENT_SCOPE],
      summary: "Make one call of a tool, and wait for what comes of it",
      description:
        "A plan of one step. 200 when it ended within `wait_seconds`, done or refused; 202 while it waits. The same call of " +
        "the same agent again, while it waits or until somebody was told its end, is the same call: it is asked once and made once.",
      headers: {
        "Idempotency-Key":
          "The same key with the same call answers about that (and `Idempotency-Replayed: true`), however long it is waited for; with another call it is a conflict. The first one's confidence and `config` hold, and the answer says so where the second's differ.",
      },
      body: callRequest,
      reply: callReply,
      statuses: [200, 202],
    },
    async ({ text, body, caller, header, correlation_id, origin, signal }) => {
      const idempotency_key = header("idempotency-key");
      const { name: submitter, agent } = caller;
      const traceparent = header("traceparent");
      const asked = {
        ...askedIn(text),
        ...goingOnWith(body),
        call: body,
        submitter,
        agent,
        idempotency_key,
        correlation_id,
        traceparent,
        origin,
        signal,
      };
      const made = await callTool(deps)(asked);
      if (!made.ok) return made;
      const { reply, replayed } = made.value;
      return accept({
        status: statusOf(reply),
        body: reply,
        headers: replayed ? { "idempotency-replayed": "true" } : {},
      });
    },
  ),
  endpoint(
    {
      ...none,
      group: "call",
      method: "GET",
      path: "/calls/{call_id}",
      scopes: ["read", "executions:write", AGENT_SCOPE],
      summary: "Ask for the outcome of a call; wait for it",
      description: "An agent finds its own calls; whoever has only `executions:write` those that they made themselves.",
      params: byCallOfAgent,
      query: callQuery,
      reply: callReply,
      statuses: [200, 202],
    },
    async ({ params: { call_id }, query: { wait }, caller, origin, signal, bodiless }) => {
      const since = deps.clock.now().getTime();
      const unknown = notFound(`call ${call_id}`);
      // Before anything is waited for: how long an answer takes would tell of another's call.
      const found = await loadCall(deps, call_id);
      if (found === undefined || !mayAsk(caller, found)) return refuse(unknown);
      const loaded = found.answer.outcome === "waiting" ? await awaitCall(deps, call_id, wait, signal) : found;
      if (loaded === undefined) return refuse(unknown);
      const asker = !bodiless && isAsker(caller, loaded);
      const reply = await replyToCall(deps, loaded, { attached: false, warnings: [], origin, signal, since, asker });
      return accept({ status: statusOf(reply), body: reply });
    },
  ),
];

/**
 * A request that was sent before is the same call: for how long it is waited for, what is said about it, which it goes
 * on with, and how it is written are no part of that. Releases before kept its words, and before that its bytes.
 */
const askedIn = (text: string): Pick<AskForCall, "text" | "texts_before"> => {
  const { wait_seconds: _, goes_on_with: _before, ...words } = jsonObject.parse(JSON.parse(text));
  const { confidence: _sure, rationale: _why, goal: _aim, config: _config, ...asked } = words;
  return { text: canonicalJson(asked), texts_before: [canonicalJson(words), text] };
};

const statusOf = ({ outcome }: { readonly outcome: string }): 200 | 202 => (outcome === "waiting" ? 202 : 200);

const mayAsk = (caller: Caller, loaded: LoadedCall): boolean =>
  (caller.agent === undefined && caller.scopes.includes("read")) || isAsker(caller, loaded);

/** Whose call it is: its agent, or a person who asked for it. */
const isAsker = ({ name, agent }: Caller, { execution, submission }: LoadedCall): boolean =>
  agent === undefined ? isSubmitter(execution, name) : isOfAgent(submission, agent);
