import type { RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Permission } from "./permissions.ts";

export interface SigningKeyProps {
  /** Part of the key's alias, by which an auditor finds the public key. */
  readonly name: string;
  /** The fate of the key with the stack. Signatures made with it stay verifiable only with its public key. */
  readonly removalPolicy: RemovalPolicy;
}

/** The key that seals manifests. It never leaves KMS; whoever reads the records cannot forge a seal over others. */
export class SigningKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { name, removalPolicy }: SigningKeyProps) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      description: `Signs the manifests of ${name}`,
      alias: `${name}-manifests`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
  }

  /** Lets a function sign where its line of the permission table says so. */
  grant(permission: Permission, grantee: HandlerFunction): void {
    if (permission.signs !== true) return;
    grantee.allow(new PolicyStatement({ actions: ["kms:Sign"], resources: [this.key.keyArn] }));
  }
}
