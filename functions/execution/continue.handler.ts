import { readEnvironment } from "../aws/environment.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import { continueInFreshHistory } from "./continue.ts";

const env = readEnvironment();

export const handler = continueInFreshHistory({ ...awsRecords(env, awsTable(env)), ...awsWorkflow(env) });
