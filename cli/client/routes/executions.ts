import { hint } from "../../hints.ts";
import { callReply } from "../../replies/calls.ts";
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
} from "../../replies/executions.ts";
import { heldPage, resumeResults } from "../../replies/system.ts";
import { ask, download, type HttpOptions, type Request } from "../http.ts";
import { asked, at, maybe, post, underKey } from "./asking.ts";

/** Plans and calls on their way, what became of them, and acts upon them. */
export const executionsOver = (http: HttpOptions) => ({
  /** `text` is the submission as JSON, sent as it is. */
  submit: (text: string, idempotency_key: string) =>
    ask(http, submitted, "/executions", {
      method: "POST",
      scope: "executions:write",
      text,
      ...underKey(idempotency_key, "the plans may have been submitted", hint.executions()),
    }),
  /** One call of a tool; `text` is sent as it is. */
  call: (agent: string, text: string, idempotency_key: string) =>
    ask(http, callReply, "/calls", {
      method: "POST",
      scope: "executions:write",
      text,
      ...underKey(idempotency_key, "the call may have been taken, and may still be made", hint.executionsOf(agent)),
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
});
