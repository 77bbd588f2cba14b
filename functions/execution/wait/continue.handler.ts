import { readEnvironment } from "../../aws/environment.ts";
import { deployed } from "../../aws/log.ts";
import { awsRecords, awsTable } from "../../aws/records.ts";
import { awsWorkflow } from "../../aws/workflow.ts";
import { continueInFreshRun } from "./continue.ts";

const env = readEnvironment();

export const handler = deployed(env, { ...awsRecords(env, awsTable(env)), ...awsWorkflow(env) }, continueInFreshRun);
