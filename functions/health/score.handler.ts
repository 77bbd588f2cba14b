import { readEnvironment } from "../aws/environment.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { health } from "./score.ts";

const env = readEnvironment();

export const handler = health(awsRecords(env, awsTable(env)));
