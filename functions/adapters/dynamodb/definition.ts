import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

export const INDEX_NAME = "gsi1";

const text = (name: string) => ({ AttributeName: name, AttributeType: "S" }) as const;
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" } as const,
  { AttributeName: range, KeyType: "RANGE" } as const,
];

/** The one table, as it is created on one machine; a deployment declares the same. */
export const tableDefinition = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: keys("pk", "sk"),
  AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map(text),
  GlobalSecondaryIndexes: [
    { IndexName: INDEX_NAME, KeySchema: keys("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "ALL" } },
  ],
});
