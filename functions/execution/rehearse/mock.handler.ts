import { readEnvironment } from "../../aws/environment.ts";
import { awsFiles } from "../../aws/files.ts";
import { deployed } from "../../aws/log.ts";
import { awsRecords, awsTable } from "../../aws/records.ts";
import { mockTools } from "../../aws/toolbox.ts";
import { mock } from "./mock.ts";

const env = readEnvironment();
const table = awsTable(env);
const records = awsRecords(env, table);

export const handler = deployed(env, { ...records, ...awsFiles(env), ...mockTools() }, mock);
