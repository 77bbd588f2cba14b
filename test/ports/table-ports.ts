import { tablePorts } from "../../functions/adapters/table/index.ts";
import {
  describeApprovalLinks,
  describeApprovals,
  describePendingAnnouncements,
  describePendingDecisions,
  describePendingStops,
} from "./approvals.ts";
import { describeAskedCalls, describeCarriedRuns } from "./asked-calls.ts";
import { describeAuditLog } from "./audit-log.ts";
import {
  describeInFlightCalls,
  describeLeases,
  describeLocks,
  describeSemaphores,
  describeSettings,
  describeTokenBuckets,
  describeUnansweredCalls,
} from "./coordination.ts";
import { describeDamaged } from "./damaged.ts";
import type { MakeTable } from "./engines.ts";
import { describeExecutions } from "./executions.ts";
import { describeKnowledge } from "./knowledge.ts";
import { describeAggregates, describeMetricHistory, describeSignals } from "./learning.ts";
import { describeLedger } from "./ledger.ts";
import {
  describeAbsences,
  describeAgents,
  describeCallerNames,
  describeContracts,
  describeDefinitions,
  describeServers,
} from "./registries.ts";
import { describeSteps } from "./steps.ts";
import { describeTable } from "./table.ts";
import { describeWaitTokens } from "./wait-tokens.ts";
import { describeDeliveries, describeWebhooks } from "./webhooks.ts";
import { describeWork } from "./work.ts";

/** The suites of the table, and of every port that rests on it. */
export const describeTablePorts = (makeTable: MakeTable): void => {
  const make =
    <Name extends keyof ReturnType<typeof tablePorts>>(name: Name) =>
    async () =>
      tablePorts(await makeTable())[name];
  describeTable(makeTable);
  describeDamaged(makeTable);
  describeExecutions(make("executions"));
  describeSteps(makeTable);
  describeAuditLog(make("auditLog"));
  describeWaitTokens(make("waitTokens"));
  describeWork(make("work"));
  describeWebhooks(make("webhooks"));
  describeDeliveries(make("deliveries"));
  describeAskedCalls(make("askedCalls"));
  describeCarriedRuns(make("carriedRuns"));
  describeApprovals(make("approvals"));
  describeApprovalLinks(async () => tablePorts(await makeTable()));
  describePendingDecisions(make("pendingDecisions"));
  describePendingAnnouncements(make("pendingAnnouncements"));
  describePendingStops(make("pendingStops"));
  describeLedger(make("ledger"));
  describeLeases(make("leases"));
  describeSemaphores(make("semaphores"));
  describeTokenBuckets(make("tokenBuckets"));
  describeUnansweredCalls(make("unansweredCalls"));
  describeInFlightCalls(make("inFlightCalls"));
  describeLocks(make("locks"));
  describeSettings(make("settings"));
  describeContracts(make("contracts"));
  describeAbsences(make("absences"));
  describeCallerNames(makeTable);
  describeAgents(make("agents"));
  describeServers(make("servers"));
  describeDefinitions(make("definitions"));
  describeKnowledge(make("knowledge"));
  describeAggregates(make("aggregates"));
  describeSignals(make("signals"));
  describeMetricHistory(make("metricHistory"));
};
