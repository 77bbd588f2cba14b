import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccountRootPrincipal,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import { namesOf } from "./names-of.ts";
import type { Permission } from "./permissions.ts";

export interface RecordsKeyProps {
  /** Whose records it encrypts; part of its description. */
  readonly name: string;
}

/** Operations that DynamoDB makes with a key for the readers and writers of a table. */
const tableUse = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];
const fileUse = { r: "kms:Decrypt", p: "kms:GenerateDataKey" } as const;
const sendUse = ["kms:Decrypt", "kms:GenerateDataKey"];

const administration = [
  ...[
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:PutKeyPolicy",
    "kms:UpdateKeyDescription",
  ],
  ...["kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:RevokeGrant"],
  ...["kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation", "kms:DisableKeyRotation"],
  ...["kms:TagResource", "kms:UntagResource", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"],
];

/**
 * The key behind everything that holds what people wrote or are asked: table, bodies and artifacts, requests on their
 * way to people. It is used through the services that keep those, by whoever may use them; nobody, no administrator
 * either, decrypts with it by hand. It outlives the stack, because locked objects do.
 */
export class RecordsKey extends Construct {
  /** Of what uses it, nothing can add to its policy: that stands here, whole. */
  readonly key: IKey;

  constructor(scope: Construct, id: string, { name }: RecordsKeyProps) {
    super(scope, id);
    const { keyArn } = new Key(this, "Key", {
      description: `Encrypts the records of ${name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({ statements: this.policy() }),
    });
    this.key = Key.fromKeyArn(this, "Used", keyArn);
  }

  /** The use of the key that a function's line of the permission table brings with it. */
  grant({ rows, files = {} }: Permission, grantee: HandlerFunction): void {
    if (namesOf(rows).length > 0) grantee.allow(this.use("dynamodb", tableUse));
    const letters = new Set(namesOf(files).flatMap((folder) => [...(files[folder] ?? "")]));
    const actions = namesOf(fileUse).flatMap((letter) => (letters.has(letter) ? [fileUse[letter]] : []));
    if (actions.length > 0) grantee.allow(this.use("s3", actions));
  }

  /** Lets a function send to an encrypted queue. */
  grantSend(grantee: HandlerFunction): void {
    grantee.allow(this.use("sqs", sendUse));
  }

  private use(service: string, actions: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      actions: [...actions],
      resources: [this.key.keyArn],
      conditions: { StringEquals: { "kms:ViaService": this.endpoint(service) } },
    });
  }

  private endpoint(service: string): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${service}.${region}.${urlSuffix}`;
  }

  private policy(): PolicyStatement[] {
    const account = new AccountRootPrincipal();
    const through = (...services: string[]) => ({
      "kms:ViaService": services.map((service) => this.endpoint(service)),
    });
    return [
      allow("Administer", account, administration),
      allow("UseThroughServices", account, tableUse, { StringEquals: through("dynamodb", "s3", "sqs") }),
      // DynamoDB works on a table when nobody asks it to: backups, indexes.
      allow("LetDynamoDbGoOn", account, ["kms:CreateGrant"], {
        StringEquals: through("dynamodb"),
        Bool: { "kms:GrantIsForAWSResource": "true" },
      }),
      allow("ShowToDynamoDb", new ServicePrincipal("dynamodb.amazonaws.com"), [
        "kms:Describe*",
        "kms:Get*",
        "kms:List*",
      ]),
      // KMS takes no aws:SourceAccount of EventBridge; the policies of topic and queue name the rules that may send.
      allow("SendEvents", new ServicePrincipal("events.amazonaws.com"), sendUse),
      allow("KeepUndelivered", new ServicePrincipal("sns.amazonaws.com"), sendUse, {
        StringEquals: { "aws:SourceAccount": Stack.of(this).account },
      }),
    ];
  }
}

const allow = (
  sid: string,
  principal: IPrincipal,
  actions: string[],
  conditions: Record<string, Record<string, unknown>> = {},
): PolicyStatement =>
  // In a key's policy, all resources are the key.
  new PolicyStatement({ sid, principals: [principal], actions, resources: ["*"], conditions });
