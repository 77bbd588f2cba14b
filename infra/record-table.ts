import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Permission } from "./permissions.ts";
import { tableStatements } from "./table-grants.ts";

export interface RecordTableProps {
  /** The fate of the records when the stack is deleted. A retained table also refuses deletion by hand. */
  readonly removalPolicy: RemovalPolicy;
  /** The key that the records are encrypted with. */
  readonly key: IKey;
}

/** The one table: executions, steps, events, approvals, ledger, locks and registries, told apart by partition-key prefix. */
export class RecordTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id);
    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: props.removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: "gsi1",
      partitionKey: { name: "gsi1pk", type: AttributeType.STRING },
      sortKey: { name: "gsi1sk", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }

  /** Grants what that line of the permission table says, and no more. */
  grant(permission: Permission, grantee: HandlerFunction): void {
    for (const statement of tableStatements(permission, this.table.tableArn)) grantee.allow(statement);
  }
}
