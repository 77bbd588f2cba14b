import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { bundle } from "./bundling.ts";
import type { HandlerSpec } from "./handlers.ts";

export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url));

export interface HandlerFunctionProps {
  readonly spec: HandlerSpec;
  /** What the handler parses when it starts; the same for every handler, so that one schema describes it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Where `spec.entry` is looked for. @default the repository */
  readonly sourceRoot?: string | undefined;
}

/** A handler, bundled, with a role and a log group of its own. The role can write these logs and traces, and nothing else yet. */
export class HandlerFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const root = props.sourceRoot ?? repositoryRoot;
    const logGroup = new LogGroup(this, "Logs", { retention: props.logRetention, removalPolicy: props.removalPolicy });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, "Function", {
      description: `${id}: ${props.spec.entry}`,
      entry: join(root, props.spec.entry),
      projectRoot: root,
      depsLockFilePath: join(root, "package-lock.json"),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.spec.timeoutSeconds),
      memorySize: props.spec.memoryMb,
      environment: { ...props.environment, HANDLER: id, NODE_OPTIONS: "--enable-source-maps" },
      awsSdkConnectionReuse: false,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      bundling: {
        target: bundle.target,
        format: OutputFormat.ESM,
        minify: bundle.minify,
        sourceMap: bundle.sourcemap,
        sourcesContent: bundle.sourcesContent,
        mainFields: [...bundle.mainFields],
        banner: bundle.banner,
        esbuildArgs: { [`--supported:${bundle.refused}`]: "false" },
        bundleAwsSDK: true,
        logLevel: LogLevel.ERROR,
      },
    });
  }

  allow(statement: PolicyStatement): void {
    this.role.addToPolicy(statement);
  }
}
