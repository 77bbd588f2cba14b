import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, fileEndpoint } from "../http/endpoint.ts";
import { maySee } from "../http/own.ts";
import { byFile, byId, byStep } from "../http/paths.ts";
import { notFound } from "../http/problems.ts";
import {
  artifactList,
  eventPage,
  eventQuery,
  executionDetail,
  executionPage,
  executionQuery,
  executionSearch,
  recordPage,
  recordQuery,
  rollbackPreview,
  rollbackQuery,
  stepDetail,
  stepQuery,
} from "../schemas.ts";
import { listArtifacts, readArtifact } from "./artifacts.ts";
import { readExecutionRecord } from "./execution-record.ts";
import { followEvents } from "./follow-events.ts";
import { previewRollBack } from "./preview-roll-back.ts";
import { rangeFault } from "./range-fault.ts";
import { read } from "./reading.ts";
import { searchExecutions } from "./search-executions.ts";
import { showExecution } from "./show-execution.ts";
import { showStep } from "./show-step.ts";

/** Routes about an execution: its state and its past. */
export const executionEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/executions",
      summary: "List executions, newest first, or look for some",
      description: "A page of a search may hold less than its limit, or nothing, and have a `next`.",
      query: executionSearch,
      reply: executionPage,
    },
    async ({ query }) => {
      const [since, until] = [query.since, query.until].map((at) => (at === undefined ? undefined : new Date(at)));
      const fault = rangeFault({ since, until });
      return fault === undefined ? accept({ body: await searchExecutions(deps)(query) }) : refuse(fault);
    },
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", AGENT_SCOPE],
      path: "/executions/{id}",
      summary: "Show an execution: plans, conflicts, a page of steps",
      params: byId,
      query: executionQuery,
      reply: executionDetail,
    },
    async ({ params, query, caller }) => {
      if (!(await maySee(deps, caller, params.id))) return refuse(notFound(`execution ${params.id}`));
      const shown = await showExecution(deps)(params.id, query);
      return shown.ok ? accept({ body: shown.value }) : shown;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/executions/{id}/events",
      summary: "Read the audit of an execution, chain by chain",
      description:
        `\`${OPERATORS}\` in place of an id reads the chain of operators' acts. To follow what happens, ask with an empty ` +
        "`after`, then with the `after` of each answer: every event comes once, those of one chain in their order. `wait` " +
        "keeps the request open until something comes.",
      params: byId,
      query: eventQuery,
      reply: eventPage,
    },
    async ({ params: { id }, query: { limit, next = null, after, wait }, signal }) => {
      const known = id === OPERATORS || (await deps.executions.get(id)) !== undefined;
      if (!known) return refuse(notFound(`execution ${id}`));
      if (after === undefined) return accept({ body: await deps.auditLog.page(id, { limit, next }) });
      const found = await followEvents(deps)(id, { after, limit, wait, signal });
      return found.ok ? accept({ body: found.value }) : found;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/executions/{id}/record",
      summary: "Read everything an execution is verified by",
      description:
        "Lines of one record, page by page: how it stands, requests to people, the ledger, the events of every chain " +
        "and the documents they name. With its artifacts and manifests, all that `buddy verify` needs.",
      params: byId,
      query: recordQuery,
      reply: recordPage,
    },
    async ({ params, query: { limit, next = null } }) => {
      const page = await readExecutionRecord(deps)(params.id, { limit, next });
      return page.ok ? accept({ body: page.value }) : page;
    },
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", AGENT_SCOPE],
      path: "/executions/{id}/steps/{step_id}",
      summary: "Show a step with its output; wait for it to finish",
      params: byStep,
      query: stepQuery,
      reply: stepDetail,
    },
    async ({ params, query, caller }) => {
      if (!(await maySee(deps, caller, params.id))) return refuse(notFound(`execution ${params.id}`));
      const ids = { execution_id: params.id, step_id: params.step_id };
      const shown = await showStep(deps)(ids, query.wait);
      return shown.ok ? accept({ body: shown.value }) : shown;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/executions/{id}/rollback",
      summary: "Show what a roll back would undo, ask about, and leave",
      description: "As things stand now; nothing is undone. `depth` as in the roll back itself.",
      params: byId,
      query: rollbackQuery,
      reply: rollbackPreview,
    },
    async ({ params, query: { depth = null } }) => {
      const preview = await previewRollBack(deps)(params.id, depth);
      return preview.ok ? accept({ body: preview.value }) : preview;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/executions/{id}/artifacts",
      summary: "List the files of an execution",
      params: byId,
      reply: artifactList,
    },
    async ({ params }) => {
      const listed = await listArtifacts(deps)(params.id);
      return listed.ok ? accept({ body: listed.value }) : listed;
    },
  ),
  fileEndpoint(
    {
      ...read,
      path: "/executions/{id}/artifacts/{name}",
      summary: "Read a file of an execution, or with a Range header a part of it",
      headers: { Range: "bytes=0-1048575: one range of bytes; an answer is never larger than 4 MiB." },
      params: byFile,
      statuses: [200, 206],
    },
    ({ params, header }) => readArtifact(deps)(params.id, params.name, header("range")),
  ),
];
