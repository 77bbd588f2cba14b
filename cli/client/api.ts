import type { Shelf } from "../../shared/contracts/knowledge/entry.ts";
import { nameInPath } from "../../shared/plan/given-names.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import type { Scope } from "../../shared/scopes.ts";
import { hint } from "../hints.ts";
import { approval, approvalQueue, decisionResults } from "../replies/approvals.ts";
import { awayList, awayRemoved, awayReply } from "../replies/away.ts";
import { callReply } from "../replies/calls.ts";
import {
  abortReply,
  anything,
  artifactList,
  eventPage,
  eventsAfter,
  execution,
  executionPage,
  recordPage,
  rollbackPreview,
  submitted,
} from "../replies/executions.ts";
import { entryList, entryRemoved, entryReply } from "../replies/knowledge.ts";
import {
  agentList,
  agentReply,
  contract,
  contractList,
  contractReply,
  definitionsAccepted,
  serverList,
  serverRemoved,
  serverReply,
  serverTools,
  toolDefinitions,
  tryReply,
} from "../replies/registries.ts";
import {
  calibration,
  health,
  heldPage,
  liveReply,
  lockReply,
  metric,
  resumeResults,
  signalPage,
  systemState,
  unlockReply,
  workState,
} from "../replies/system.ts";
import {
  deliveryPage,
  deliveryReply,
  webhookCreated,
  webhookList,
  webhookRemoved,
  webhookReply,
} from "../replies/webhooks.ts";
import { ask, download, type HttpOptions, type Request, type Unanswered } from "./http.ts";

export type Decision = {
  decision: string;
  digest: string;
  comment?: string;
  arguments?: JsonObject;
};

const at = encodeURIComponent;
const post = (scope: Scope, body: Json): Request => ({ method: "POST", scope, body });
const keeps = { method: "POST", scope: "contracts:write" } as const satisfies Request;
const put = (scope: Scope, body: Json): Request => ({ method: "PUT", scope, body });

/** The words where the answer was lost, and where to look. */
const maybe = (may_be: string, look: string): { readonly unanswered: Unanswered } => ({ unanswered: { may_be, look } });
const asked = (what: string, id: string) => maybe(`it may have been told to ${what}`, hint.status(id));

/** The HTTP API, one function per route; each may throw ApiProblem or CliError (see `ask`). */
export const apiOver = (http: HttpOptions) => ({
  endpoint: http.endpoint,
  /** `text` is the submission as JSON, sent as it is. */
  submit: (text: string, idempotency_key: string) =>
    ask(http, submitted, "/executions", {
      method: "POST",
      scope: "executions:write",
      text,
      headers: { "idempotency-key": idempotency_key },
    }),
  /** One call of a tool; `text` is sent as it is. */
  call: (text: string, idempotency_key: string) =>
    ask(http, callReply, "/calls", {
      method: "POST",
      scope: "executions:write",
      text,
      headers: { "idempotency-key": idempotency_key },
      keyed: true,
      ...maybe("the call may have been made; the same --key finds it", hint.executions()),
    }),
  callOutcome: (call_id: string, wait: number) => ask(http, callReply, `/calls/${at(call_id)}`, { query: { wait } }),
  executions: (limit: number, next?: string, search: Request["query"] = {}) =>
    ask(http, executionPage, "/executions", { query: { ...search, limit, next } }),
  execution: (id: string, query: { steps_limit?: number; next?: string | undefined } = {}) =>
    ask(http, execution, `/executions/${at(id)}`, { query }),
  events: (id: string, next?: string) =>
    ask(http, eventPage, `/executions/${at(id)}/events`, { query: { limit: 200, next } }),
  /** Events that came after a mark, empty at first; asked again with the answer's own. */
  eventsAfter: (id: string, after: string, wait: number) =>
    ask(http, eventsAfter, `/executions/${at(id)}/events`, { query: { limit: 200, after, wait } }),
  /** A page of the lines that an execution is verified by. */
  record: (id: string, next?: string) => ask(http, recordPage, `/executions/${at(id)}/record`, { query: { next } }),
  artifacts: (id: string) => ask(http, artifactList, `/executions/${at(id)}/artifacts`),
  /** The file, byte for byte. */
  artifact: (id: string, name: string) => download(http, `/executions/${at(id)}/artifacts/${at(name)}`),
  abort: (id: string, reason: string) =>
    ask(http, abortReply, `/executions/${at(id)}/abort`, {
      ...post("executions:operate", { reason }),
      ...asked("stop", id),
    }),
  resume: (id: string, reason: string) =>
    ask(http, anything, `/executions/${at(id)}/resume`, {
      ...post("executions:operate", { reason }),
      ...asked("go on", id),
    }),
  held: (next?: string) => ask(http, heldPage, "/system/held", { query: { limit: 200, next } }),
  resumeMany: (executions: readonly string[], reason: string) =>
    ask(http, resumeResults, "/executions/resume", {
      ...post("executions:operate", { executions: [...executions], reason }),
      ...maybe("they may have been told to go on", hint.executions()),
    }),
  rollback: (id: string, reason: string, depth?: number) =>
    ask(http, anything, `/executions/${at(id)}/rollback`, {
      ...post("executions:operate", { reason, ...(depth === undefined ? {} : { depth }) }),
      ...asked("roll back", id),
    }),
  rollbackPreview: (id: string, depth?: number) =>
    ask(http, rollbackPreview, `/executions/${at(id)}/rollback`, { query: { depth } }),
  approvals: (query: Request["query"]) => ask(http, approvalQueue, "/approvals", query === undefined ? {} : { query }),
  /** Opens it: the server notes that a person who decides saw it whole. */
  approval: (id: string) => ask(http, approval, `/approvals/${at(id)}`, { scope: "approvals:decide" }),
  /** The picture beside its preview, byte for byte. */
  picture: (id: string) => download(http, `/approvals/${at(id)}/picture`),
  /** The same by a link from a message. */
  approvalBehind: (link: string) => ask(http, approval, `/links/${at(link)}`, { scope: "approvals:decide" }),
  away: () => ask(http, awayList, "/away"),
  sayAway: (person: string, scope: Scope, body: JsonObject) =>
    ask(http, awayReply, `/away/${at(person)}`, {
      ...put(scope, body),
      ...maybe("it may have been said", hint.away()),
    }),
  sayBack: (person: string, scope: Scope) =>
    ask(http, awayRemoved, `/away/${at(person)}`, {
      method: "DELETE",
      scope,
      ...maybe("it may have been said", hint.away()),
    }),
  decide: (id: string, decision: Decision) =>
    ask(http, approval, `/approvals/${at(id)}/decision`, post("approvals:decide", { ...decision })),
  decideMany: (decisions: readonly ({ id: string } & Omit<Decision, "arguments">)[]) =>
    ask(
      http,
      decisionResults,
      "/approvals/decisions",
      post("approvals:decide", { decisions: decisions.map((each) => ({ ...each })) }),
    ),
  extend: (id: string, seconds: number, reason?: string) =>
    ask(http, approval, `/approvals/${at(id)}/extend`, {
      ...post("approvals:decide", { seconds, ...(reason === undefined ? {} : { reason }) }),
      ...maybe("it may have been given more time", hint.request(id)),
    }),
  contracts: (next?: string) => ask(http, contractList, "/contracts", { query: { limit: 1_000, next } }),
  contract: (tool: string, version?: number) => ask(http, contract, `/contracts/${at(tool)}`, { query: { version } }),
  putContract: (tool: string, body: Json) =>
    ask(http, contractReply, `/contracts/${at(tool)}`, put("contracts:write", body)),
  definitions: (tool: string) => ask(http, toolDefinitions, `/contracts/${at(tool)}/definitions`),
  acceptDefinitions: (tool: string, definitions: readonly string[]) =>
    ask(
      http,
      definitionsAccepted,
      `/contracts/${at(tool)}/accept`,
      post("contracts:write", { definitions: [...definitions] }),
    ),
  tryTool: (tool: string, args: JsonObject) =>
    ask(http, tryReply, `/contracts/${at(tool)}/try`, post("contracts:write", { arguments: args })),
  servers: () => ask(http, serverList, "/servers"),
  putServer: (server: string, body: Json) =>
    ask(http, serverReply, `/servers/${at(server)}`, put("contracts:write", body)),
  removeServer: (server: string) =>
    ask(http, serverRemoved, `/servers/${at(server)}/remove`, {
      ...post("contracts:write", {}),
      ...maybe("it may have been removed", hint.contracts()),
    }),
  serverTools: (server: string) => ask(http, serverTools, `/servers/${at(server)}/tools`, { scope: "contracts:write" }),
  entries: (shelf: Shelf, agent_id: string | undefined, next?: string) =>
    ask(http, entryList, `/${shelf}`, { scope: "contracts:write", query: { agent_id, limit: 500, next } }),
  keepEntry: (shelf: Shelf, id: string, body: Json) =>
    ask(http, entryReply, `/${shelf}/${at(id)}`, put("contracts:write", body)),
  removeEntry: (shelf: Shelf, id: string, agent_id: string | null) =>
    ask(http, entryRemoved, `/${shelf}/${at(id)}/remove`, {
      ...post("contracts:write", { agent_id }),
      ...maybe("it may have been removed", hint.entries(shelf)),
    }),
  webhooks: () => ask(http, webhookList, "/webhooks"),
  addWebhook: (body: JsonObject) =>
    ask(http, webhookCreated, "/webhooks", {
      ...post("contracts:write", body),
      ...maybe("it may be registered, under a secret that nobody has", hint.webhooks()),
    }),
  removeWebhook: (id: string) =>
    ask(http, webhookRemoved, `/webhooks/${at(id)}`, {
      method: "DELETE",
      scope: "contracts:write",
      ...maybe("it may have been removed", hint.webhooks()),
    }),
  rotateWebhook: (id: string) =>
    ask(http, webhookCreated, `/webhooks/${at(id)}/rotate`, {
      ...keeps,
      ...maybe("it may have a new secret, which nobody has: ask again", hint.webhooks()),
    }),
  enableWebhook: (id: string) => ask(http, webhookReply, `/webhooks/${at(id)}/enable`, keeps),
  testWebhook: (id: string) =>
    ask(http, deliveryReply, `/webhooks/${at(id)}/test`, {
      ...keeps,
      ...maybe("it may be sent", hint.deliveries(id)),
    }),
  deliveries: (id: string, limit: number, next?: string) =>
    ask(http, deliveryPage, `/webhooks/${at(id)}/deliveries`, { query: { limit, next } }),
  resend: (id: string, delivery_id: string) =>
    ask(http, deliveryReply, `/webhooks/${at(id)}/deliveries/${at(delivery_id)}/resend`, {
      ...keeps,
      ...maybe("it may be sent once more", hint.deliveries(id)),
    }),
  agents: () => ask(http, agentList, "/agents"),
  putAgent: (id: string, body: Json) =>
    ask(http, agentReply, `/agents/${at(nameInPath(id))}`, put("contracts:write", body)),
  system: () => ask(http, systemState, "/system"),
  lock: (body: JsonObject) =>
    ask(http, lockReply, "/system/lock", {
      ...post("system:lock", body),
      ...maybe("it may have been placed", hint.system()),
    }),
  unlock: (body: JsonObject) =>
    ask(http, unlockReply, "/system/unlock", {
      ...post("system:lock", body),
      ...maybe("it may have been lifted", hint.system()),
    }),
  live: (enabled: boolean, reason?: string) =>
    ask(http, liveReply, "/system/live", {
      ...put("system:lock", { enabled, ...(reason === undefined ? {} : { reason }) }),
      ...maybe(`it may have been switched ${enabled ? "on" : "off"}`, hint.system()),
    }),
  work: () => ask(http, workState, "/work"),
  health: () => ask(http, health, "/health"),
  calibration: () => ask(http, calibration, "/calibration"),
  metric: (name: string, since?: string) => ask(http, metric, `/metrics/${at(name)}`, { query: { since } }),
  signals: (query: { target_phase?: string; limit: number; next?: string }) =>
    ask(http, signalPage, "/signals", { query }),
});
export type Api = ReturnType<typeof apiOver>;
