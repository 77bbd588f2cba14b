import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CustomResource, Duration, Validations } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { HandlerFunctions } from "./handler-functions.ts";
import { repositoryRoot } from "./handlers.ts";

export interface PreparationProps {
  readonly functions: HandlerFunctions;
  /** Whether the sandbox is filled as well. */
  readonly seedSandbox: boolean;
}

/** Where what is prepared is written down. */
const sources = ["shared/contracts/standard", "functions/tools/world"];

/** Changes when what is prepared does, so that an update of the stack prepares again. */
const contentDigest = (): string => {
  const files = sources.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder))
      .toSorted()
      .map((name) => readFileSync(join(repositoryRoot, folder, name))),
  );
  return files.reduce((hash, file) => hash.update(file), createHash("sha256")).digest("hex");
};

/**
 * The first act of a deployment: the standard contracts, and people and pages in the sandbox. A record that is there
 * already is left alone. The function answers CloudFormation itself; there is no provider in between with rights of its
 * own.
 */
export class Preparation extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, { functions, seedSandbox }: PreparationProps) {
    super(scope, id);
    const prepare = functions.named("Prepare");
    Validations.of(prepare.function).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason: "CloudFormation waits for its answer, and undoes the deployment when none comes.",
    });
    this.resource = new CustomResource(this, "Records", {
      resourceType: "Custom::PreparedRecords",
      serviceToken: prepare.function.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: { SeedSandbox: String(seedSandbox), Content: contentDigest() },
    });
    // Not before it may write: its policy is a resource of its own, which nothing else makes the call wait for.
    this.resource.node.addDependency(prepare.role);
  }
}
