import { CfnOutput, Fn, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { EventBus } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import type { ConsoleConfig } from "../functions/api/console/console-config.ts";
import { Alarms } from "./alarms.ts";
import { ArtifactBucket } from "./artifact-bucket.ts";
import { Background } from "./background.ts";
import { CallerPool } from "./caller-pool.ts";
import { OperationsDashboard } from "./dashboard.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { Announcements } from "./event-bus.ts";
import { setFeatureFlags } from "./feature-flags.ts";
import { HandlerFunctions } from "./handler-functions.ts";
import { HttpApi } from "./http-api.ts";
import { definitionDigest, Orchestration, OrchestrationName } from "./orchestration.ts";
import { packagedBundles } from "./packaged-bundles.ts";
import { People } from "./people.ts";
import { Preparation } from "./preparation.ts";
import { readSettings, type Settings } from "./read-settings.ts";
import { RecordTable } from "./record-table.ts";
import { RecordsKey } from "./records-key.ts";
import { routes } from "./routes.ts";
import { SigningKey } from "./signing-key.ts";
import { WayOut } from "./way-out.ts";

export interface BuddyProps {
  /** Of this stage, as docs/deploy.md lists them; what is left out has its default. */
  readonly settings: Settings;
  /** Holds a folder per handler with its bundle. @default those that come with the package */
  readonly codeRoot?: string;
}

/**
 * One stage of Buddy, whatever stack it is part of. Only wires: what each part is, and whom it lets in, stands with the
 * part. Every name that is not generated begins with `buddy-<stage>`: two of one stage do not fit into one account and
 * region.
 * @throws BadSettings naming every setting that is wrong, and what it takes
 */
export class Buddy extends Construct {
  /** Where its API answers, `https://...` without a slash at its end. */
  readonly apiUrl: string;
  /** On which it announces what happens: docs/events lists the events. */
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: BuddyProps) {
    super(scope, id);
    setFeatureFlags(this);
    // A program without types may leave the properties out.
    const given: Partial<BuddyProps> = props ?? {};
    const config = readSettings(given.settings);
    const { codeRoot = packagedBundles() } = given;
    const name = `buddy-${config.stage}`;
    const removalPolicy = config.removal_policy === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const keeping = { removalPolicy, logRetention: config.log_retention_days };

    const recordsKey = new RecordsKey(this, "RecordsKey", { name });
    const records = new RecordTable(this, "Records", { removalPolicy, key: recordsKey.key });
    const artifacts = new ArtifactBucket(this, "Artifacts", {
      lockDays: config.record_lock_days,
      lockMode: config.record_lock_mode,
      keepDays: config.record_keep_days,
      key: recordsKey.key,
    });
    const announcements = new Announcements(this, "Announcements");
    const key = new SigningKey(this, "SigningKey", { name, removalPolicy });
    const wayOut = new WayOut(this, "WayOut", {
      stage: config.stage,
      allowedHosts: config.allowed_hosts,
      networks: config.networks,
      workerGroups: config.worker_groups,
      otlpEndpoint: config.otlp_endpoint,
    });
    const issuer = this.issuer(name, config, removalPolicy);
    const machineName = new OrchestrationName(this, config.stage);
    const functions = new HandlerFunctions(this, "Handlers", {
      ...keeping,
      codeRoot,
      granting: [records, artifacts, recordsKey, announcements, machineName, key, wayOut],
      reserved: config.act_reserved_concurrency > 0 ? { Act: config.act_reserved_concurrency } : {},
      environment: {
        STAGE: config.stage,
        LOG_DETAILS: String(config.log_details),
        TABLE_NAME: records.table.tableName,
        BODIES_BUCKET: artifacts.bucket.bucketName,
        BUS_NAME: announcements.bus.eventBusName,
        STATE_MACHINE_ARN: machineName.arn,
        DEFINITION_DIGEST: definitionDigest(),
        LIVE_ENABLED: String(config.live_enabled),
        AGENT_REGISTRY: config.agent_registry,
        DUPLICATE_WINDOW_FLOOR_HOURS: String(config.duplicate_window_floor_hours),
        LARGEST_CLOCK_SKEW_SECONDS: String(config.largest_clock_skew_seconds),
        SIGNING_KEY_ID: key.key.keyArn,
        SCOPE_PREFIX: issuer.scopePrefix,
      },
    });
    functions
      .named("Mcp")
      .function.addEnvironment("ORIGINS", config.cors_origins.join(","))
      .addEnvironment("ISSUER", issuer.issuer);
    functions.named("Slack").function.addEnvironment("SLACK_PEOPLE", config.slack_people.join(","));
    if (issuer instanceof CallerPool) issuer.narrowBy(functions.named("GrantScopes"));
    const { machine } = new Orchestration(this, "Orchestration", { ...keeping, name: machineName, functions });
    const { api, refusals } = new HttpApi(this, "HttpApi", {
      ...keeping,
      name,
      routes,
      functions,
      workerGroups: config.worker_groups,
      jwtIssuer: issuer.issuer,
      jwtAudience: issuer.audience,
      scopePrefix: issuer.scopePrefix,
      throttle: { rateLimit: config.api_rate_limit, burstLimit: config.api_burst_limit },
      throttleOfActs: { rateLimit: config.api_act_rate_limit, burstLimit: config.api_act_burst_limit },
      throttleOfLock: { rateLimit: config.api_lock_rate_limit, burstLimit: config.api_lock_burst_limit },
      origins: config.cors_origins,
    });
    const consoleUrl = `${api.apiEndpoint}/console`;
    const signIn = issuer instanceof CallerPool ? issuer.signInAt(consoleUrl) : ownSignIn(config);
    functions.named("Console").function.addEnvironment("CONSOLE_SIGN_IN", Stack.of(this).toJsonString(signIn));
    functions.named("Deliver").function.addEnvironment("CONSOLE_URL", consoleUrl);
    new CfnOutput(this, "ConsoleUrl", { description: "Where people look and decide", value: consoleUrl });
    const { unhandled } = new Background(this, "Background", {
      functions,
      orchestration: machineName,
      bus: announcements.bus,
      key: recordsKey,
    });
    new People(this, "People", {
      announcements,
      key: recordsKey.key,
      undelivered: unhandled,
      consoleUrl,
      page: config.approvals_page,
      email: config.approvals_email,
    });
    new Preparation(this, "Preparation", { functions, seedSandbox: config.seed_sandbox });
    const watched = { name, api, refusals, table: records.table, machine, functions, unhandled };
    const alarms = new Alarms(this, "Alarms", { ...watched, email: config.alarm_email });
    Validations.of(alarms).acknowledge({
      id: "Serverless::Serverless-SNSRedrivePolicy",
      reason: "A queue for alarms that could not be sent would need an alarm; the dashboard shows them all.",
    });
    new OperationsDashboard(this, "Dashboard", { ...watched, alarms });

    this.apiUrl = api.apiEndpoint;
    this.bus = announcements.bus;
    new CfnOutput(this, "ApiUrl", { value: api.apiEndpoint });
    new CfnOutput(this, "StateMachineArn", { value: machine.stateMachineArn });
    new CfnOutput(this, "TableName", { value: records.table.tableName });
    new CfnOutput(this, "UnhandledQueueUrl", { value: unhandled.queueUrl });
    new CfnOutput(this, "FinaliseFunction", { value: functions.named("Finalise").function.functionName });
    new CfnOutput(this, "BucketName", { value: artifacts.bucket.bucketName });
    new CfnOutput(this, "BusName", { value: announcements.bus.eventBusName });
    new CfnOutput(this, "SigningKeyArn", { value: key.key.keyArn });
  }

  /** The team's own issuer, or a pool that comes with the stack. */
  private issuer(name: string, config: DeploymentConfig, removalPolicy: RemovalPolicy): Issuer {
    const { jwt_issuer, jwt_audience, scope_prefix = "" } = config;
    if (jwt_issuer !== undefined && jwt_audience !== undefined) {
      new CfnOutput(this, "TokensOf", {
        description: "Whose access tokens are taken: iss; aud, one of; what stands before each scope",
        value: [jwt_issuer, Fn.join(",", [...jwt_audience]), scope_prefix].join("; "),
      });
      return { issuer: jwt_issuer, audience: jwt_audience, scopePrefix: scope_prefix };
    }
    const pool = new CallerPool(this, "Callers", {
      name,
      mfa: config.sign_in_mfa,
      callbacks: config.sign_in_callbacks,
      workerGroups: config.worker_groups,
      agents: config.agents,
      removalPolicy,
    });
    new CfnOutput(this, "SignInUrl", { value: pool.signInUrl });
    new CfnOutput(this, "UserPoolId", { value: pool.pool.userPoolId });
    new CfnOutput(this, "AgentToken", {
      description: "Sends an agent's host its token; the client's secret is shown by the command in AgentSecret",
      value: pool.commands.token,
    });
    new CfnOutput(this, "AgentSecret", { description: "For administrators only", value: pool.commands.secret });
    new CfnOutput(this, "PersonSignIn", {
      description: "Opened in a browser; the code that comes back is exchanged for a token, see docs/deploy.md",
      value: pool.commands.signIn,
    });
    new CfnOutput(this, "PeopleClientId", { value: pool.people.userPoolClientId });
    new CfnOutput(this, "AgentsClientId", {
      description: "As records name the agents' host; a name beside it: buddy names set <id> --name ...",
      value: pool.agents.userPoolClientId,
    });
    const groupOutput = outputNames("WorkersClientId", [...pool.workers.keys()]);
    for (const [group, client] of pool.workers) {
      new CfnOutput(this, groupOutput(group), {
        description: `The client of workers of group ${group}: it asks for the scope ${pool.scopePrefix}work:${group}`,
        value: client.userPoolClientId,
      });
    }
    const agentOutput = outputNames("ClientIdOfAgent", [...pool.ownAgents.keys()]);
    for (const [agent, client] of pool.ownAgents) {
      new CfnOutput(this, agentOutput(agent), {
        description: `The client of agent ${agent}: it asks for ${pool.scopesOfAgent(agent).join(" and ")}`,
        value: client.userPoolClientId,
      });
    }
    return pool;
  }
}

/**
 * The names of outputs, which are of letters and digits only. Where two names are one without their signs, those that have
 * some are told apart by the code of each sign.
 */
const outputNames = (prefix: string, names: readonly string[]): ((name: string) => string) => {
  const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, "");
  const coded = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, (sign) => `x${sign.charCodeAt(0)}x`);
  const isAlone = (name: string): boolean => names.every((other) => other === name || plain(other) !== plain(name));
  return (name) => prefix + (isAlone(name) ? plain(name) : coded(name));
};

/** Whose tokens are believed. */
type Issuer = Pick<CallerPool, "issuer" | "audience" | "scopePrefix">;

/** At the team's own issuer, where they said how. */
const ownSignIn = ({ console_sign_in }: DeploymentConfig): ConsoleConfig["sign_in"] =>
  console_sign_in === undefined ? { kind: "none" } : { kind: "code", ...console_sign_in };
