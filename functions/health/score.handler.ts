import { readEnvironment } from "../aws/environment.ts";
import { deployed } from "../aws/log.ts";
import { awsMetrics } from "../aws/metrics.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { health } from "./score.ts";

const env = readEnvironment();

export const handler = deployed(env, { ...awsRecords(env, awsTable(env)), ...awsMetrics(env) }, health);
