import type { Between } from "../../../shared/ports/contention.ts";
import { absences } from "./absences.ts";
import { agents } from "./agents.ts";
import { aggregates } from "./aggregates.ts";
import { approvalLinks } from "./approval-links.ts";
import { approvals } from "./approvals.ts";
import { askedCalls } from "./asked-calls.ts";
import { auditLog } from "./audit-log.ts";
import { callerNames } from "./caller-names.ts";
import { carriedRuns } from "./carried-runs.ts";
import { contracts } from "./contracts.ts";
import { definitions } from "./definitions.ts";
import { deliveries } from "./deliveries.ts";
import { executions } from "./executions.ts";
import { inFlightCalls } from "./in-flight-calls.ts";
import { knowledge } from "./knowledge.ts";
import { leases } from "./leases.ts";
import { ledger } from "./ledger.ts";
import { locks } from "./locks.ts";
import { mcpServers } from "./mcp-servers.ts";
import { metricHistory } from "./metric-history.ts";
import { pendingAnnouncements } from "./pending-announcements.ts";
import { pendingDecisions } from "./pending-decisions.ts";
import { pendingStops } from "./pending-stops.ts";
import { semaphores } from "./semaphores.ts";
import { settings } from "./settings.ts";
import { signals } from "./signals.ts";
import { steps } from "./steps.ts";
import type { Table } from "./table.ts";
import { tokenBuckets } from "./token-buckets.ts";
import { unansweredCalls } from "./unanswered-calls.ts";
import { waitTokens } from "./wait-tokens.ts";
import { webhooks } from "./webhooks.ts";
import { work } from "./work.ts";

/**
 * Every port that rests on the table, under the names that use cases know them by.
 * @param between waits after a race with another process was lost, where there are others on the table
 */
export const tablePorts = (table: Table, between?: Between) => ({
  absences: absences(table),
  agents: agents(table),
  approvalLinks: approvalLinks(table),
  approvals: approvals(table),
  askedCalls: askedCalls(table),
  auditLog: auditLog(table, between),
  callerNames: callerNames(table),
  carriedRuns: carriedRuns(table),
  contracts: contracts(table),
  definitions: definitions(table),
  deliveries: deliveries(table),
  executions: executions(table),
  inFlightCalls: inFlightCalls(table),
  leases: leases(table),
  knowledge: knowledge(table),
  ledger: ledger(table),
  locks: locks(table),
  metricHistory: metricHistory(table),
  pendingAnnouncements: pendingAnnouncements(table),
  pendingDecisions: pendingDecisions(table),
  pendingStops: pendingStops(table),
  semaphores: semaphores(table),
  servers: mcpServers(table),
  settings: settings(table),
  signals: signals(table),
  steps: steps(table),
  aggregates: aggregates(table),
  tokenBuckets: tokenBuckets(table),
  unansweredCalls: unansweredCalls(table),
  waitTokens: waitTokens(table),
  webhooks: webhooks(table),
  work: work(table),
});
