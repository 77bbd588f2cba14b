import type {
  AgentList,
  ApprovalQueue,
  ApprovalView,
  ArtifactList,
  ContractList,
  ContractReply,
  DecisionBody,
  DecisionResults,
  DecisionsBody,
  EventPage,
  ExecutionDetail,
  ExecutionPage,
  ExecutionSummary,
  HealthReply,
  LockReply,
  MetricReply,
  RecordPage,
  RollbackPreview,
  StepDetail,
  SystemState,
  TryReply,
  UnlockReply,
} from "../../functions/api/schemas.ts";
import type { LockScope } from "../../shared/execution/lock.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import type { Answer, Http, Query } from "./http.ts";

const at = encodeURIComponent;

/** Every request of the public API that the console makes. */
export const apiOver = (http: Http) => ({
  approvals: (query: Query): Promise<Answer<ApprovalQueue>> => http.get("/approvals", query),
  /** Opens it: the server notes that this person saw it whole. */
  approval: (id: string): Promise<Answer<ApprovalView>> => http.get(`/approvals/${at(id)}`),
  decide: (id: string, decision: DecisionBody): Promise<Answer<ApprovalView>> =>
    http.send("POST", `/approvals/${at(id)}/decision`, json(decision)),
  decideMany: (decisions: DecisionsBody): Promise<Answer<DecisionResults>> =>
    http.send("POST", "/approvals/decisions", json(decisions)),
  executions: (query: Query): Promise<Answer<ExecutionPage>> => http.get("/executions", query),
  execution: (id: string, query: Query): Promise<Answer<ExecutionDetail>> => http.get(`/executions/${at(id)}`, query),
  step: (id: string, step: string): Promise<Answer<StepDetail>> => http.get(`/executions/${at(id)}/steps/${at(step)}`),
  events: (id: string, query: Query): Promise<Answer<EventPage>> => http.get(`/executions/${at(id)}/events`, query),
  rollbackPreview: (id: string): Promise<Answer<RollbackPreview>> => http.get(`/executions/${at(id)}/rollback`),
  actOn: (id: string, act: "abort" | "resume" | "rollback", body: object): Promise<Answer<ExecutionSummary>> =>
    http.send("POST", `/executions/${at(id)}/${act}`, json(body)),
  record: (id: string, next: string | undefined): Promise<Answer<RecordPage>> =>
    http.get(`/executions/${at(id)}/record`, { next, limit: 200 }),
  artifacts: (id: string): Promise<Answer<ArtifactList>> => http.get(`/executions/${at(id)}/artifacts`),
  artifact: (id: string, name: string): Promise<Answer<Uint8Array>> =>
    http.bytes(`/executions/${at(id)}/artifacts/${at(name)}`),
  contract: (tool: string): Promise<Answer<ContractReply["contract"]>> => http.get(`/contracts/${at(tool)}`),
  contracts: (next: string | undefined): Promise<Answer<ContractList>> =>
    http.get("/contracts", { limit: 1_000, next }),
  tryTool: (tool: string, args: JsonObject): Promise<Answer<TryReply>> =>
    http.send("POST", `/contracts/${at(tool)}/try`, { arguments: args }),
  agents: (): Promise<Answer<AgentList>> => http.get("/agents"),
  health: (): Promise<Answer<HealthReply>> => http.get("/health"),
  metric: (name: string): Promise<Answer<MetricReply>> => http.get(`/metrics/${at(name)}`),
  system: (): Promise<Answer<SystemState>> => http.get("/system"),
  lock: (scope: LockScope, mode: string, reason: string): Promise<Answer<LockReply>> =>
    http.send("POST", "/system/lock", json({ scope, mode, reason })),
  unlock: (scope: LockScope, reason: string): Promise<Answer<UnlockReply>> =>
    http.send("POST", "/system/unlock", json({ scope, reason })),
});
export type Api = ReturnType<typeof apiOver>;

/** Without the fields that are not given: JSON has no word for them. */
const json = (body: object): Json => JSON.parse(JSON.stringify(body));
