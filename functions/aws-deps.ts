import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { monotonicFactory } from "ulid";
import { z } from "zod";
import type { Settings } from "../shared/ports/coordination.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import { dynamoTable } from "./adapters/dynamodb/table.ts";
import { eventBridgeBus } from "./adapters/event-bridge/bus.ts";
import { s3ArtifactFiles } from "./adapters/s3/artifact-files.ts";
import { s3Bodies } from "./adapters/s3/bodies.ts";
import { stepFunctionsWorkflow } from "./adapters/step-functions/workflow.ts";
import { tablePorts } from "./adapters/table/index.ts";
import type { Table } from "./adapters/table/table.ts";
import { worldTable } from "./adapters/table/world.ts";
import type { Deps } from "./deps.ts";
import { jsonLog } from "./log.ts";
import { realTimer } from "./tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "./tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "./tools/world/table-world.ts";

/** What a function is told when it starts; infra/environment gives it. */
const environment = z.object({
  TABLE_NAME: z.string().min(1),
  BODIES_BUCKET: z.string().min(1),
  BUS_NAME: z.string().min(1),
  STATE_MACHINE_ARN: z.string().min(1),
  DEFINITION_DIGEST: z.string().min(1),
  LIVE_ENABLED: z.stringbool(),
  AGENT_REGISTRY: z.enum(["open", "closed"]),
});

/** Which rungs a function may climb decides which tools it is given. */
export type Reach = "mock" | "preview" | "live";

/**
 * Everything a deployed function may need, built once per process. The clients are made at once and connect when they
 * are first used; what a function does not use it has no role for either.
 * @throws ZodError naming the variable that is missing
 */
export const awsDeps = (reach: Reach): Deps => {
  const env = environment.parse(process.env);
  const table = dynamoTable(new DynamoDBClient({}), env.TABLE_NAME);
  const ports = tablePorts(table);
  const s3 = new S3Client({ forcePathStyle: process.env.S3_FORCE_PATH_STYLE === "true" });
  const nextId = monotonicFactory();
  return {
    ...ports,
    settings: switchedBy(env.LIVE_ENABLED, ports.settings),
    clock: { now: () => new Date() },
    ids: { next: () => nextId() },
    timer: realTimer,
    log: jsonLog("info", (line) => process.stdout.write(line)),
    policy: {
      registry_open: env.AGENT_REGISTRY === "open",
      wait_for_resources_seconds: 300,
      settling_seconds: 5,
      largest_clock_skew_seconds: 300,
      definition: env.DEFINITION_DIGEST,
    },
    bodies: s3Bodies(s3, env.BODIES_BUCKET),
    artifactFiles: s3ArtifactFiles(s3, env.BODIES_BUCKET),
    workflow: stepFunctionsWorkflow(new SFNClient({}), env.STATE_MACHINE_ARN),
    bus: eventBridgeBus(new EventBridgeClient({}), env.BUS_NAME),
    toolbox: toolboxFor(reach, table, ports.contracts),
    signer: null,
  };
};

/** LIVE needs both: the deployment's own switch, and an operator's. */
const switchedBy = (deployed: boolean, settings: Settings): Settings => ({
  ...settings,
  liveEnabled: async () => deployed && (await settings.liveEnabled()),
});

const toolboxFor = (reach: Reach, table: Table, contracts: Deps["contracts"]): Toolbox => {
  switch (reach) {
    case "mock":
      return mockToolbox();
    case "preview":
      return dryRunToolbox(tableWorldReader(worldTable(table)), { contracts });
    case "live":
      return liveToolbox(tableWorld(worldTable(table)), { contracts });
  }
};
