import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { functionLog, type Invocation } from "../aws/log.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsWaker } from "../aws/waker.ts";
import { awsNotices, awsWebhookSecrets } from "../aws/webhooks.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import { answerSlack } from "./slack/answer-slack.ts";

const env = readEnvironment();
const { log, invokedAs } = functionLog(env);
const app = new Hono();
answerSlack(app, {
  ...awsRecords(env, awsTable(env)),
  ...awsFiles(env),
  ...awsWorkflow(env),
  ...awsWaker(env),
  ...awsNotices(env),
  ...awsWebhookSecrets(env),
  log,
});
const answer = handle(app);

export const handler = (event: Parameters<typeof answer>[0], invocation: Invocation) => {
  invokedAs(invocation);
  return answer(event);
};
