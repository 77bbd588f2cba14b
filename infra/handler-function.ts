import { join } from "node:path";
import { Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { HandlerSpec } from "./handlers.ts";

export interface HandlerFunctionProps {
  readonly spec: HandlerSpec;
  /** The code that the handler parses when it starts; the same for every handler, so that one schema describes it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Holds a folder per handler with its bundle. */
  readonly codeRoot: string;
  /** So many are kept free for it, and no more run at once. @default none are, and as many run as the account has room for */
  readonly reservedConcurrency?: number | undefined;
}

/** A handler, bundled, with a role and a log group of its own. The role can write these logs and traces, and nothing else yet. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", { retention: props.logRetention, removalPolicy: props.removalPolicy });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(this.role);
    Validations.of(this.role).acknowledge({
      id: "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
      reason: "X-Ray knows no resources. A test holds that nothing else is granted on all resources.",
    });
    this.function = new LambdaFunction(this, "Function", {
      description: `${id}: ${props.spec.entry}`,
      code: Code.fromAsset(join(props.codeRoot, id)),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.spec.timeoutSeconds),
      memorySize: props.spec.memoryMb,
      environment: { ...props.environment, HANDLER: id, NODE_OPTIONS: "--enable-source-maps" },
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }

  allow(statement: PolicyStatement): void {
    this.role.addToPolicy(statement);
  }
}
