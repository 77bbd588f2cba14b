import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms } from "./alarms.ts";
import { ArtifactBucket } from "./artifact-bucket.ts";
import type { DeploymentConfig } from "./config.ts";
import { OperationsDashboard } from "./dashboard.ts";
import { Announcements } from "./event-bus.ts";
import { HandlerFunctions } from "./handler-functions.ts";
import { HttpApi } from "./http-api.ts";
import { definitionDigest, Orchestration, OrchestrationName } from "./orchestration.ts";
import { RecordTable } from "./record-table.ts";
import { routes } from "./routes.ts";

export interface BuddyStackProps extends StackProps {
  readonly config: DeploymentConfig;
  /** Where the handlers' sources are. @default the repository */
  readonly sourceRoot?: string | undefined;
}

/** One stage of Buddy. Only wires: what each part is, and whom it lets in, stands with the part. */
export class BuddyStack extends Stack {
  constructor(scope: Construct, id: string, { config, sourceRoot, ...props }: BuddyStackProps) {
    super(scope, id, props);
    const removalPolicy = config.removal_policy === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const keeping = { removalPolicy, logRetention: config.log_retention_days };

    const records = new RecordTable(this, "Records", { removalPolicy });
    const artifacts = new ArtifactBucket(this, "Artifacts", {
      lockDays: config.record_lock_days,
      lockMode: config.record_lock_mode,
    });
    const announcements = new Announcements(this, "Announcements");
    const name = new OrchestrationName(this, config.stage);
    const functions = new HandlerFunctions(this, "Handlers", {
      ...keeping,
      sourceRoot,
      granting: [records, artifacts, announcements, name],
      environment: {
        STAGE: config.stage,
        TABLE_NAME: records.table.tableName,
        BODIES_BUCKET: artifacts.bucket.bucketName,
        BUS_NAME: announcements.bus.eventBusName,
        STATE_MACHINE_ARN: name.arn,
        DEFINITION_DIGEST: definitionDigest(),
        LIVE_ENABLED: String(config.live_enabled),
        AGENT_REGISTRY: config.agent_registry,
      },
    });
    const { machine } = new Orchestration(this, "Orchestration", { ...keeping, name, functions });
    const { api } = new HttpApi(this, "HttpApi", {
      ...keeping,
      name: id,
      routes,
      functions,
      jwtIssuer: config.jwt_issuer,
      jwtAudience: config.jwt_audience,
      rateLimit: config.api_rate_limit,
      burstLimit: config.api_burst_limit,
    });
    const watched = { name: id, api, machine, functions };
    const alarms = new Alarms(this, "Alarms", { ...watched, email: config.alarm_email });
    new OperationsDashboard(this, "Dashboard", { ...watched, alarms });

    new CfnOutput(this, "ApiUrl", { value: api.apiEndpoint });
    new CfnOutput(this, "StateMachineArn", { value: machine.stateMachineArn });
    new CfnOutput(this, "TableName", { value: records.table.tableName });
    new CfnOutput(this, "BucketName", { value: artifacts.bucket.bucketName });
    new CfnOutput(this, "BusName", { value: announcements.bus.eventBusName });
  }
}
