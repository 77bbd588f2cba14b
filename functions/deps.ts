import type { Absences } from "../shared/ports/absences.ts";
import type { ApprovalLinks, Approvals, PendingDecisions } from "../shared/ports/approvals.ts";
import type { ArtifactFiles, Bodies } from "../shared/ports/bodies.ts";
import type { CallerNames } from "../shared/ports/caller-names.ts";
import type { AskedCalls, CarriedRuns, Carrier, Changes } from "../shared/ports/calls.ts";
import type {
  InFlightCalls,
  Leases,
  Locks,
  Semaphores,
  Settings,
  TokenBuckets,
  UnansweredCalls,
} from "../shared/ports/coordination.ts";
import type {
  AuditLog,
  Executions,
  PendingAnnouncements,
  PendingStops,
  Steps,
  WaitTokens,
} from "../shared/ports/executions.ts";
import type { Knowledge } from "../shared/ports/knowledge.ts";
import type { Aggregates, MetricHistory, Signals } from "../shared/ports/learning.ts";
import type { Ledger } from "../shared/ports/ledger.ts";
import type { Log } from "../shared/ports/log.ts";
import type { Definitions, McpServers, PassedOn, ToolLists } from "../shared/ports/mcp.ts";
import type { Metrics } from "../shared/ports/metrics.ts";
import type { Agents, Contracts } from "../shared/ports/registries.ts";
import type { Clock, Ids, Together } from "../shared/ports/runtime.ts";
import type { SecretNames } from "../shared/ports/secrets.ts";
import type { Signer } from "../shared/ports/signer.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import type { Courier, Deliveries, Notices, WebhookSecrets, Webhooks } from "../shared/ports/webhooks.ts";
import type { Bell, Work } from "../shared/ports/work.ts";
import type { Bus, Waker, Workflow } from "../shared/ports/workflow.ts";
import type { Timer } from "./tools/timer.ts";

/** Choices that a deployment makes once. */
export type Policy = {
  /** An open registry takes an agent's declared permissions as granted; a closed one knows its agents. */
  readonly registry_open: boolean;
  /** How long a LIVE start waits for a lease, a slot or a token before it gives up, in seconds. */
  readonly wait_for_resources_seconds: number;
  /** How long to wait before an unknown outcome is looked up, in seconds. */
  readonly settling_seconds: number;
  /**
   * The largest difference between the clocks of two functions, in seconds: nothing is taken for abandoned, and no
   * deadline for over, before that much more has passed. 0 where there is one clock.
   */
  readonly largest_clock_skew_seconds: number;
  /** Patterns of the hosts that tools may reach; none: tools act on the sandbox only. */
  readonly allowed_hosts: readonly string[];
  /** Groups whose workers can have a token here; any, where it is left out. */
  readonly worker_groups?: readonly string[] | undefined;
  /** The beginning of the ARN of every function that tools may call; null where none may; any, where it is left out. */
  readonly functions_of?: string | null | undefined;
  /** Programs that tools may run as MCP servers, each with its arguments and variables; none but on one machine. */
  readonly allowed_commands: readonly string[];
  /** Members of Slack by their id, and the person each is: a click of theirs decides in that person's name. */
  readonly slack_people?: Readonly<Record<string, string>>;
  /** False where a caller that hangs up is not noticed, as behind API Gateway. */
  readonly hears_who_leaves?: boolean;
  /** False where there is no browser: contracts that are bound to pages are refused. */
  readonly browser?: boolean;
  /** Hours for which a call counts as made already, whatever smaller number a submission asks for. */
  readonly duplicate_window_floor_hours: number;
  /**
   * By which hosts browsers reach this API, where nothing in front of it sees to that, and the origins of pages that may
   * speak to it beside its own. The issuer of tokens, and the prefix that it writes before scopes, where there is one.
   */
  readonly door?: {
    readonly hosts?: readonly string[];
    readonly origins?: readonly string[];
    readonly issuer?: string | undefined;
    readonly scope_prefix?: string;
  };
  /** Digest of the state machine file new executions begin with. */
  readonly definition: string;
};

/**
 * Everything a use case may touch, built once per process. A use case takes only the members it names, so its
 * signature says what it can reach; the deployment's roles fence the same things.
 */
export type Deps = {
  readonly clock: Clock;
  /**
   * The time of day that others go by: of what they sign and check. `clock` may be ahead of it where it was set back, and
   * is for everything else.
   */
  readonly wallClock: Clock;
  readonly ids: Ids;
  readonly timer: Timer;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Policy;
  readonly executions: Executions;
  readonly steps: Steps;
  readonly auditLog: AuditLog;
  readonly waitTokens: WaitTokens;
  readonly approvalLinks: ApprovalLinks;
  readonly approvals: Approvals;
  readonly absences: Absences;
  readonly askedCalls: AskedCalls;
  readonly callerNames: CallerNames;
  readonly carriedRuns: CarriedRuns;
  readonly carrier: Carrier;
  readonly together: Together;
  readonly pendingAnnouncements: PendingAnnouncements;
  readonly pendingDecisions: PendingDecisions;
  readonly pendingStops: PendingStops;
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly semaphores: Semaphores;
  readonly tokenBuckets: TokenBuckets;
  readonly unansweredCalls: UnansweredCalls;
  readonly inFlightCalls: InFlightCalls;
  readonly locks: Locks;
  readonly settings: Settings;
  readonly contracts: Contracts;
  readonly agents: Agents;
  readonly servers: McpServers;
  readonly definitions: Definitions;
  readonly knowledge: Knowledge;
  readonly toolLists: ToolLists;
  readonly passedOn: PassedOn;
  readonly aggregates: Aggregates;
  readonly signals: Signals;
  readonly metricHistory: MetricHistory;
  readonly bodies: Bodies;
  readonly artifactFiles: ArtifactFiles;
  readonly workflow: Workflow;
  readonly waker: Waker;
  readonly work: Work;
  readonly bell: Bell;
  readonly changes: Changes;
  readonly bus: Bus;
  readonly webhooks: Webhooks;
  readonly webhookSecrets: WebhookSecrets;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  readonly courier: Courier;
  /** Where people find the console, without a slash at its end; null where that is not known. */
  readonly consoleUrl: () => string | null;
  readonly toolbox: Toolbox;
  readonly tracing: Tracing;
  readonly secretNames: SecretNames;
  /** Null: this deployment has no key, and its manifests say so. */
  readonly signer: Signer | null;
};
