import { CfnResource, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { DeploymentConfig } from "./deployment-config.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { namesOf } from "./names-of.ts";
import { files, type Permission } from "./permissions.ts";

export interface ArtifactBucketProps {
  /** For how long, and how firmly, every version of every object is locked. */
  readonly lockDays: DeploymentConfig["record_lock_days"];
  readonly lockMode: DeploymentConfig["record_lock_mode"];
  /** After how many days whatever is in it goes. @default never by itself */
  readonly keepDays?: DeploymentConfig["record_keep_days"];
  /** The key that bodies and artifacts are encrypted with. */
  readonly key: IKey;
}

const fileActions = { r: "s3:GetObject", p: "s3:PutObject" } as const;

/** Says of itself that it is no website, which the declared type of `Bucket` leaves open and that of a log bucket does not. */
class LogBucket extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}

const locks = {
  GOVERNANCE: (days: number) => ObjectLockRetention.governance(Duration.days(days)),
  COMPLIANCE: (days: number) => ObjectLockRetention.compliance(Duration.days(days)),
} as const;

/**
 * An object is hidden after the days it is kept, and every version of it goes once nothing has been in its place for the
 * days of the lock. S3 removes no version before its own lock is over, whatever a rule says.
 */
const lifecycle = ({ keepDays, lockDays }: ArtifactBucketProps): LifecycleRule[] => [
  { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
  ...(keepDays === undefined
    ? []
    : [
        {
          id: "kept-long-enough",
          expiration: Duration.days(keepDays),
          noncurrentVersionExpiration: Duration.days(lockDays),
        },
        { id: "nothing-behind-it", expiredObjectDeleteMarker: true },
      ]),
];

/**
 * Bodies, artifacts and manifests: versioned and locked, so that a later version never hides or removes an earlier one.
 * Both buckets outlive the stack: CloudFormation cannot empty a bucket whose objects are locked.
 */
export class ArtifactBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: ArtifactBucketProps) {
    super(scope, id);
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const accessLogs = new LogBucket(this, "AccessLogs", {
      ...common,
      // S3 delivers its logs only to a bucket that is encrypted with a key of S3's own.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(Math.max(365, props.lockDays)) }],
    });
    this.bucket = new Bucket(this, "Bucket", {
      ...common,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      // One request to KMS for many objects.
      bucketKeyEnabled: true,
      versioned: true,
      objectLockDefaultRetention: locks[props.lockMode](props.lockDays),
      serverAccessLogsBucket: accessLogs,
      lifecycleRules: lifecycle(props),
    });
    // A bucket that outlives the stack goes on refusing whatever is not sent over TLS.
    for (const { policy } of [accessLogs, this.bucket]) policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  private get logicalId(): string {
    const resource = this.bucket.node.defaultChild;
    if (!CfnResource.isCfnResource(resource)) throw new Error("the bucket has no resource");
    return Stack.of(this).getLogicalId(resource);
  }

  /**
   * Grants what that line of the permission table says, folder by folder. A reader may also list names: without that
   * S3 answers 403 for an object that is not there, and nobody could tell the two apart.
   */
  grant(permission: Permission, grantee: HandlerFunction): void {
    const folders = permission.files ?? {};
    if (namesOf(folders).some((folder) => folders[folder]?.includes("r"))) {
      grantee.allow(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.bucket.bucketArn] }));
    }
    for (const folder of namesOf(folders)) {
      const access = folders[folder];
      Validations.of(grantee.role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${this.logicalId}.Arn>/${files[folder]}*]`,
        reason:
          "A folder of the bucket: objects are named by execution, and an execution's id is not known before it is.",
      });
      grantee.allow(
        new PolicyStatement({
          actions: namesOf(fileActions).flatMap((letter) => (access?.includes(letter) ? [fileActions[letter]] : [])),
          resources: [this.bucket.arnForObjects(`${files[folder]}*`)],
        }),
      );
    }
  }
}
