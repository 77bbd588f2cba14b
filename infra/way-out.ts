import { Stack, Token, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import { namesOf } from "./names-of.ts";
import type { Permission } from "./permissions.ts";

export interface WayOutProps {
  /** Part of the names of secrets, and the value of the tag of functions. */
  readonly stage: string;
  /** Patterns of hosts that tools may reach; none: no host at all. */
  readonly allowedHosts: readonly string[];
  /** Networks beside the public internet that tools may reach, as CIDR. */
  readonly networks: readonly string[];
  /** Groups whose workers can have a token. */
  readonly workerGroups: readonly string[];
  /** A collector of spans of calls. */
  readonly otlpEndpoint: string | undefined;
}

/**
 * The secrets that tools use, told apart by what is done with it: secrets by the beginning of their name, functions by
 * a tag.
 */
const families = {
  read: { tag: "buddy:tool-read" },
  write: { tag: "buddy:tool" },
} as const;

/**
 * The resources that calls of tools use outside of Buddy: hosts, secrets and functions of the team. None of these is
 * the stack's own: who administers the account makes them, and by their name or tag they are this stage's.
 */
export class WayOut extends Construct {
  private readonly props: WayOutProps;

  constructor(scope: Construct, id: string, props: WayOutProps) {
    super(scope, id);
    this.props = props;
  }

  /** Lets a function out as far as its line of the permission table says, and tells it where to. */
  grant({ reaches = [], judges, webhooks }: Permission, grantee: HandlerFunction): void {
    const { allowedHosts, networks, workerGroups } = this.props;
    const tells = webhooks === "tells";
    if (reaches.length > 0 || judges === true || tells) {
      grantee.function.addEnvironment("ALLOWED_HOSTS", allowedHosts.join(","));
    }
    if (webhooks !== undefined) this.allowSecretsOfWebhooks(grantee, webhooks);
    if (tells) grantee.function.addEnvironment("NETWORKS", networks.join(","));
    if (judges === true) {
      grantee.function.addEnvironment("WORKER_GROUPS", workerGroups.join(","));
      this.allowNames(grantee);
    }
    if (reaches.length === 0) return;
    grantee.function.addEnvironment("NETWORKS", networks.join(","));
    this.tellCollector(grantee);
    const secrets = reaches.map((family) => this.secrets(grantee, family));
    grantee.allow(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: secrets }));
    const functions = this.arn(grantee, "lambda", "function:*", "Which functions it may ask is said by their tag.");
    for (const family of reaches) {
      grantee.allow(
        new PolicyStatement({
          actions: ["lambda:InvokeFunction"],
          resources: [functions],
          conditions: { StringEquals: { [`aws:ResourceTag/${families[family].tag}`]: this.props.stage } },
        }),
      );
    }
  }

  /** The variables of OpenTelemetry's specification. Each invocation waits until its spans are taken, so for a second at most. */
  private tellCollector({ function: told }: HandlerFunction): void {
    const { otlpEndpoint, stage } = this.props;
    if (otlpEndpoint === undefined) return;
    told
      .addEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", otlpEndpoint)
      .addEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "1000")
      .addEnvironment("OTEL_SERVICE_NAME", `buddy-${stage}`);
  }

  /** Whether there is a secret, when it was made and changed: not its text. */
  private allowNames(grantee: HandlerFunction): void {
    const resources = namesOf(families).map((family) => this.secrets(grantee, family));
    grantee.allow(new PolicyStatement({ actions: ["secretsmanager:DescribeSecret"], resources }));
  }

  /** One secret for each address, made when somebody registers it. */
  private allowSecretsOfWebhooks(grantee: HandlerFunction, webhooks: "tells" | "keeps"): void {
    const keeps =
      webhooks === "keeps" ? ["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage", "DeleteSecret"] : [];
    const actions = ["GetSecretValue", ...keeps].map((action) => `secretsmanager:${action}`);
    const reason = "Addresses are registered, each with its secret, after this is deployed.";
    const resources = [this.arn(grantee, "secretsmanager", `secret:buddy/${this.props.stage}/webhook/*`, reason)];
    grantee.allow(new PolicyStatement({ actions, resources }));
  }

  private secrets(grantee: HandlerFunction, family: keyof typeof families): string {
    const name = `secret:buddy/${this.props.stage}/${family}/*`;
    return this.arn(grantee, "secretsmanager", name, "Contracts name secrets, and are written after this is deployed.");
  }

  private arn({ role }: HandlerFunction, service: string, name: string, reason: string): string {
    const { partition, region, account } = Stack.of(this);
    const arn = (of: string, at: string, by: string) => `arn:${of}:${service}:${at}:${by}:${name}`;
    // A finding shows what is known, and names what only the deployment knows.
    const shownAs = (value: string, name: string): string => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
    const shown = arn(shownAs(partition, "Partition"), shownAs(region, "Region"), shownAs(account, "AccountId"));
    Validations.of(role).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${shown}]`, reason });
    return arn(partition, region, account);
  }
}
