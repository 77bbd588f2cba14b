import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { deployed } from "../aws/log.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsNotices, awsWebhookSecrets } from "../aws/webhooks.ts";
import { deliver } from "./deliver.ts";

const env = readEnvironment();

export const handler = deployed(
  env,
  { ...awsRecords(env, awsTable(env)), ...awsBus(env), ...awsNotices(env), ...awsWebhookSecrets(env) },
  deliver,
);
