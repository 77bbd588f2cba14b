import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { resolve } from "./resolve.ts";

const env = readEnvironment();

export const handler = resolve({ ...awsRecords(env, awsTable(env)), ...awsFiles(env) });
