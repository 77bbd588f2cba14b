import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { namesOf } from "./names-of.ts";
import { indexes, type Permission, partitions } from "./permissions.ts";

/** BatchWriteItem is in none: it can delete, whatever it is given for. Scan neither: it names no partition key. */
const actions = {
  r: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"],
  p: ["dynamodb:PutItem"],
  u: ["dynamodb:UpdateItem"],
  d: ["dynamodb:DeleteItem"],
} as const;

/**
 * Allows requests whose every partition key begins with one of the prefixes. `ForAllValues` alone is true of a request
 * that names no key at all, so a key must be there.
 */
const within = (prefixes: readonly string[]) => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": prefixes.map((prefix) => `${prefix}*`) },
  Null: { "dynamodb:LeadingKeys": "false" },
});

/** One statement per kind of request, then one for the index. */
export const tableStatements = (permission: Permission, tableArn: string): PolicyStatement[] => {
  const rows = namesOf(actions).flatMap((letter) => {
    const families = namesOf(permission.rows).filter((family) => permission.rows[family]?.includes(letter));
    if (families.length === 0) return [];
    const conditions = within(families.map((family) => partitions[family]));
    return [new PolicyStatement({ actions: [...actions[letter]], resources: [tableArn], conditions })];
  });
  const entries = permission.index ?? [];
  if (entries.length === 0) return rows;
  const conditions = within(entries.map((entry) => indexes[entry]));
  const index = new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${tableArn}/index/gsi1`], conditions });
  return [...rows, index];
};
