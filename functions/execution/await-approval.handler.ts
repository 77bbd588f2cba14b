import { readEnvironment } from "../aws/environment.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import { awaitApproval } from "./await-approval.ts";

const env = readEnvironment();

export const handler = awaitApproval({ ...awsRecords(env, awsTable(env)), ...awsWorkflow(env) });
