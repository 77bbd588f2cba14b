import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { monotonicFactory } from "ulid";
import { growingPauses } from "../../shared/ports/contention.ts";
import type { Settings } from "../../shared/ports/coordination.ts";
import { eachByItself } from "../../shared/ports/runtime.ts";
import { dynamoTable } from "../adapters/dynamodb/table.ts";
import { secretId } from "../adapters/secret-id.ts";
import { tablePorts } from "../adapters/table/index.ts";
import type { Table } from "../adapters/table/table.ts";
import type { Deps } from "../deps.ts";
import { silentBell } from "../tools/bell.ts";
import { unheardChanges } from "../tools/changes-heard.ts";
import { realTimer, waitFor } from "../tools/timer.ts";
import type { Environment } from "./environment.ts";
import { functionsBeside } from "./functions-of-the-team.ts";

export type RecordDeps = Omit<
  Deps,
  | "log"
  | "metrics"
  | "bodies"
  | "artifactFiles"
  | "workflow"
  | "waker"
  | "bus"
  | "webhookSecrets"
  | "notices"
  | "carrier"
  | "toolbox"
  | "tracing"
  | "secretNames"
  | "toolLists"
  | "passedOn"
  | "signer"
>;

/** The one table of the deployment. The client connects when it is first used. */
export const awsTable = (env: Environment): Table => dynamoTable(new DynamoDBClient({}), env.TABLE_NAME);

/**
 * The ports that every deployed function is built on: the records, time and ids, and what the deployment decided once.
 * The rest stands in files of its own, so that a function loads the clients it uses and no others.
 */
export const awsRecords = (env: Environment, table: Table): RecordDeps => {
  const between = growingPauses((milliseconds) => waitFor(realTimer, milliseconds), Math.random);
  const ports = tablePorts(table, between);
  const nextId = monotonicFactory();
  const clock = { now: () => new Date() };
  return {
    ...ports,
    settings: switchedBy(env.LIVE_ENABLED, ports.settings),
    clock,
    wallClock: clock,
    ids: { next: () => nextId(), secret: secretId },
    timer: realTimer,
    together: eachByItself,
    bell: silentBell(realTimer),
    changes: unheardChanges(realTimer),
    // Deliver looks every minute; who puts something on record tells nobody.
    courier: { waits: () => {} },
    consoleUrl: () => env.CONSOLE_URL ?? null,
    policy: {
      registry_open: env.AGENT_REGISTRY === "open",
      duplicate_window_floor_hours: env.DUPLICATE_WINDOW_FLOOR_HOURS,
      wait_for_resources_seconds: 300,
      settling_seconds: 5,
      largest_clock_skew_seconds: env.LARGEST_CLOCK_SKEW_SECONDS,
      allowed_hosts: env.ALLOWED_HOSTS,
      worker_groups: env.WORKER_GROUPS,
      functions_of: functionsBeside(env.STATE_MACHINE_ARN),
      allowed_commands: [],
      browser: false,
      hears_who_leaves: false,
      slack_people: env.SLACK_PEOPLE,
      door: { origins: env.ORIGINS, issuer: env.ISSUER, scope_prefix: env.SCOPE_PREFIX },
      definition: env.DEFINITION_DIGEST,
    },
  };
};

/** LIVE needs both: the deployment's own switch, and an operator's. */
const switchedBy = (deployed: boolean, settings: Settings): Settings => ({
  ...settings,
  liveEnabled: async () => deployed && (await settings.liveEnabled()),
});
