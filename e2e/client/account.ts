import { CloudFormationClient, DescribeStackEventsCommand, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { type FunctionConfiguration, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { aws, type Deployment } from "./deployment.ts";

type Where = Pick<Deployment, "aws" | "region">;

/** The functions of a stack, page after page. */
export const functionsOf = async (at: Where, stack: string): Promise<FunctionConfiguration[]> => {
  const lambda = new LambdaClient(aws(at));
  const all: FunctionConfiguration[] = [];
  for (let Marker: string | undefined, first = true; first || Marker !== undefined; first = false) {
    const page = await lambda.send(new ListFunctionsCommand(Marker === undefined ? {} : { Marker }));
    all.push(...(page.Functions ?? []));
    Marker = page.NextMarker;
  }
  return all.filter(({ FunctionName }) => FunctionName?.startsWith(`${stack}-`));
};

/** The function of a stack that runs a handler. */
export const functionNamed = async ({ stack, ...at }: Deployment, handler: string): Promise<FunctionConfiguration> => {
  const found = (await functionsOf(at, stack)).find(({ Environment }) => Environment?.Variables?.HANDLER === handler);
  if (found === undefined) throw new Error(`${stack} has no function that runs ${handler}`);
  return found;
};

const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), DeletionPolicy: z.string().optional() })),
});
export type StackTemplate = z.infer<typeof template>;

export const templateOf = async (at: Where, stack: string): Promise<StackTemplate> => {
  const { TemplateBody } = await new CloudFormationClient(aws(at)).send(new GetTemplateCommand({ StackName: stack }));
  return template.parse(JSON.parse(TemplateBody ?? ""));
};

/**
 * The types of what CloudFormation left where it was when it deleted a stack, one for each resource. `stack`: its id.
 * Events are counted once by their id: one that is added between two pages moves another onto the next page again.
 */
export const skippedAtDeletion = async (at: Where, stack: string): Promise<string[]> => {
  const cloudformation = new CloudFormationClient(aws(at));
  const skipped = new Map<string | undefined, string>();
  for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
    const page = await cloudformation.send(new DescribeStackEventsCommand({ StackName: stack, NextToken }));
    for (const { EventId, ResourceStatus, ResourceType = "" } of page.StackEvents ?? []) {
      if (ResourceStatus === "DELETE_SKIPPED") skipped.set(EventId, ResourceType);
    }
    NextToken = page.NextToken;
  }
  return [...skipped.values()].toSorted();
};

const keysOf = async (at: Where): Promise<string[]> => {
  const kms = new KMSClient(aws(at));
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const found = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  // A key is never deleted at once: until then it waits, and can do nothing.
  return found.flatMap(({ KeyMetadata }) => (KeyMetadata?.Enabled === true ? [KeyMetadata.Description ?? ""] : []));
};

/** The resources of a stage, by kind and name, asked of each service itself. */
export const remainsOf = async (at: Where, stack: string): Promise<Record<string, readonly string[]>> => {
  const to = aws(at);
  const events = new EventBridgeClient(to);
  const buses = ((await events.send(new ListEventBusesCommand({}))).EventBuses ?? []).map(({ Name = "" }) => Name);
  const rules = await Promise.all(
    buses.map(async (EventBusName) => (await events.send(new ListRulesCommand({ EventBusName }))).Rules ?? []),
  );
  const all: Record<string, readonly (string | undefined)[]> = {
    tables: (await new DynamoDBClient(to).send(new ListTablesCommand({}))).TableNames ?? [],
    buckets: ((await new S3Client({ ...to, forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets ?? []).map(
      ({ Name }) => Name,
    ),
    "user pools": (
      (await new CognitoIdentityProviderClient(to).send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools ?? []
    ).map(({ Name }) => Name),
    keys: await keysOf(at),
    aliases: ((await new KMSClient(to).send(new ListAliasesCommand({}))).Aliases ?? []).map(
      ({ AliasName }) => AliasName,
    ),
    "log groups": ((await new CloudWatchLogsClient(to).send(new DescribeLogGroupsCommand({}))).logGroups ?? []).map(
      ({ logGroupName }) => logGroupName,
    ),
    machines: ((await new SFNClient(to).send(new ListStateMachinesCommand({}))).stateMachines ?? []).map(
      ({ name }) => name,
    ),
    functions: (await functionsOf(at, stack)).map(({ FunctionName }) => FunctionName),
    buses,
    rules: rules.flat().map(({ Name }) => Name),
  };
  return Object.fromEntries(
    Object.entries(all)
      .map(
        ([kind, names]) =>
          [kind, names.filter((name): name is string => name !== undefined && isOf(stack, name))] as const,
      )
      .filter(([, names]) => names.length > 0),
  );
};

/** Generated names begin with the stack's or hold it; those of a bus without its hyphen. */
const isOf = (stack: string, name: string): boolean =>
  name.includes(stack) || name.startsWith(stack.replaceAll("-", ""));
