import { awsBus } from "../../aws/bus.ts";
import { readEnvironment } from "../../aws/environment.ts";
import { deployed } from "../../aws/log.ts";
import { awsMetrics } from "../../aws/metrics.ts";
import { awsRecords, awsTable } from "../../aws/records.ts";
import { awsWaker } from "../../aws/waker.ts";
import { awsWorkflow } from "../../aws/workflow.ts";
import { sweep } from "./sweep.ts";

const env = readEnvironment();

export const handler = deployed(
  env,
  { ...awsRecords(env, awsTable(env)), ...awsWorkflow(env), ...awsWaker(env), ...awsBus(env), ...awsMetrics(env) },
  sweep,
);
