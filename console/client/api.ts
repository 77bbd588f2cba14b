import type {
  ApprovalQueue,
  ApprovalView,
  ContractReply,
  DecisionBody,
  DecisionResults,
  DecisionsBody,
  SystemState,
} from "../../functions/api/schemas.ts";
import type { Json } from "../../shared/plan/json.ts";
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
  extend: (id: string, seconds: number, reason: string): Promise<Answer<ApprovalView>> =>
    http.send("POST", `/approvals/${at(id)}/extend`, { seconds, reason }),
  contract: (tool: string): Promise<Answer<ContractReply["contract"]>> => http.get(`/contracts/${at(tool)}`),
  system: (): Promise<Answer<SystemState>> => http.get("/system"),
});
export type Api = ReturnType<typeof apiOver>;

/** Without the fields that are not given: JSON has no word for them. */
const json = (body: object): Json => JSON.parse(JSON.stringify(body));
