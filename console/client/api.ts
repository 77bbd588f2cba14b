import type {
  AgentList,
  ApprovalQueue,
  ApprovalView,
  ArtifactList,
  AwayBody,
  AwayList,
  AwayRemoved,
  AwayReply,
  CalibrationReply,
  CallerNameList,
  CallerNameRemoved,
  CallerNameReply,
  ContractList,
  ContractReply,
  DecisionBody,
  DecisionResults,
  DecisionsBody,
  DefinitionsAccepted,
  DeliveryPage,
  DeliveryReply,
  EventPage,
  ExecutionDetail,
  ExecutionPage,
  ExecutionSummary,
  HealthReply,
  LiveReply,
  LockReply,
  MetricReply,
  RecordPage,
  RollbackPreview,
  SignalPage,
  StepDetail,
  SystemState,
  ToolDefinitions,
  TryReply,
  UnlockReply,
  WebhookList,
} from "../../functions/api/schemas.ts";
import type { LockScope } from "../../shared/execution/lock/lock.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import type { Answer, Http, Query } from "./http.ts";

const at = encodeURIComponent;

/** Every request of the public API that the console makes. */
export const apiOver = (http: Http) => ({
  approvals: (query: Query): Promise<Answer<ApprovalQueue>> => http.get("/approvals", query),
  /** Opens it: the server notes that this person saw it whole. */
  approval: (id: string): Promise<Answer<ApprovalView>> => http.get(`/approvals/${at(id)}`),
  /** A JPEG of what the call would act on. */
  picture: (id: string): Promise<Answer<Uint8Array>> => http.bytes(`/approvals/${at(id)}/picture`),
  decide: (id: string, decision: DecisionBody): Promise<Answer<ApprovalView>> =>
    http.send("POST", `/approvals/${at(id)}/decision`, json(decision)),
  decideMany: (decisions: DecisionsBody): Promise<Answer<DecisionResults>> =>
    http.send("POST", "/approvals/decisions", json(decisions)),
  extend: (id: string, seconds: number, reason: string | undefined): Promise<Answer<ApprovalView>> =>
    http.send("POST", `/approvals/${at(id)}/extend`, json({ seconds, reason })),
  away: (): Promise<Answer<AwayList>> => http.get("/away"),
  sayAway: (person: string, body: AwayBody): Promise<Answer<AwayReply>> =>
    http.send("PUT", `/away/${at(person)}`, json(body)),
  sayBack: (person: string): Promise<Answer<AwayRemoved>> => http.remove(`/away/${at(person)}`),
  names: (): Promise<Answer<CallerNameList>> => http.get("/names"),
  nameCaller: (caller: string, name: string): Promise<Answer<CallerNameReply>> =>
    http.send("PUT", `/names/${at(caller)}`, { name }),
  unnameCaller: (caller: string): Promise<Answer<CallerNameRemoved>> => http.remove(`/names/${at(caller)}`),
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
  contract: (tool: string, version?: number): Promise<Answer<ContractReply["contract"]>> =>
    http.get(`/contracts/${at(tool)}`, { version }),
  putContract: (contract: ContractReply["contract"]): Promise<Answer<ContractReply>> =>
    http.send("PUT", `/contracts/${at(contract.tool_name)}`, json(contract)),
  definitions: (tool: string): Promise<Answer<ToolDefinitions>> => http.get(`/contracts/${at(tool)}/definitions`),
  acceptDefinitions: (tool: string, definitions: readonly string[]): Promise<Answer<DefinitionsAccepted>> =>
    http.send("POST", `/contracts/${at(tool)}/accept`, json({ definitions })),
  contracts: (next: string | undefined): Promise<Answer<ContractList>> =>
    http.get("/contracts", { limit: 1_000, next }),
  tryTool: (tool: string, args: JsonObject): Promise<Answer<TryReply>> =>
    http.send("POST", `/contracts/${at(tool)}/try`, { arguments: args }),
  agents: (): Promise<Answer<AgentList>> => http.get("/agents"),
  health: (): Promise<Answer<HealthReply>> => http.get("/health"),
  metric: (name: string): Promise<Answer<MetricReply>> => http.get(`/metrics/${at(name)}`),
  calibration: (next?: string): Promise<Answer<CalibrationReply>> => http.get("/calibration", { next }),
  signals: (): Promise<Answer<SignalPage>> => http.get("/signals", { limit: 100 }),
  system: (): Promise<Answer<SystemState>> => http.get("/system"),
  lock: (scope: LockScope, mode: string, reason: string): Promise<Answer<LockReply>> =>
    http.send("POST", "/system/lock", json({ scope, mode, reason })),
  unlock: (scope: LockScope, reason: string): Promise<Answer<UnlockReply>> =>
    http.send("POST", "/system/unlock", json({ scope, reason })),
  switchLive: (enabled: boolean, reason: string): Promise<Answer<LiveReply>> =>
    http.send("PUT", "/system/live", json({ enabled, reason })),
  webhooks: (): Promise<Answer<WebhookList>> => http.get("/webhooks"),
  enableWebhook: (id: string): Promise<Answer<unknown>> => http.send("POST", `/webhooks/${at(id)}/enable`, {}),
  testWebhook: (id: string): Promise<Answer<DeliveryReply>> => http.send("POST", `/webhooks/${at(id)}/test`, {}),
  deliveries: (id: string, next: string | undefined): Promise<Answer<DeliveryPage>> =>
    http.get(`/webhooks/${at(id)}/deliveries`, { next }),
  resend: (id: string, delivery: string): Promise<Answer<DeliveryReply>> =>
    http.send("POST", `/webhooks/${at(id)}/deliveries/${at(delivery)}/resend`, {}),
});
export type Api = ReturnType<typeof apiOver>;

/** Without the fields that are not given: JSON has no word for them. */
const json = (body: object): Json => JSON.parse(JSON.stringify(body));
