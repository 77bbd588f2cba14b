import { readEnvironment } from "../../aws/environment.ts";
import { awsFiles } from "../../aws/files.ts";
import { deployed } from "../../aws/log.ts";
import { awsRecords, awsTable } from "../../aws/records.ts";
import { previewTools } from "../../aws/toolbox.ts";
import { dryRun } from "./dry-run.ts";

const env = readEnvironment();
const table = awsTable(env);
const records = awsRecords(env, table);
const tools = previewTools(env, table);

export const handler = deployed(env, { ...records, ...awsFiles(env), ...tools }, dryRun, tools.tracing);
