import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import { sweep } from "./sweep.ts";

const env = readEnvironment();

export const handler = sweep({ ...awsRecords(env, awsTable(env)), ...awsWorkflow(env), ...awsBus(env) });
