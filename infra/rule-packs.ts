import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

/** Whose rules the stack is held to: of security, and of serverless operation. */
export const rulePacks = (scope: IConstruct): readonly NagPack[] => [
  new AwsSolutionsChecks(scope),
  new ServerlessChecks(scope),
];
