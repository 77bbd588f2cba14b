import { readEnvironment } from "../../aws/environment.ts";
import { awsFiles } from "../../aws/files.ts";
import { deployed } from "../../aws/log.ts";
import { awsRecords, awsTable } from "../../aws/records.ts";
import { liveTools } from "../../aws/toolbox.ts";
import { awsWaker } from "../../aws/waker.ts";
import { live } from "./live.ts";

const env = readEnvironment();
const table = awsTable(env);
const records = awsRecords(env, table);
const tools = liveTools(env, table);

export const handler = deployed(env, { ...records, ...awsFiles(env), ...tools, ...awsWaker(env) }, live, tools.tracing);
