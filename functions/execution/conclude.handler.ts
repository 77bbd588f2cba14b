import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { conclude } from "./conclude.ts";

const env = readEnvironment();

export const handler = conclude({ ...awsRecords(env, awsTable(env)), ...awsFiles(env), ...awsBus(env) });
