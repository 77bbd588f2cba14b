import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Buddy, type BuddyProps } from "./buddy.ts";

/** A stack that is one stage of Buddy and nothing else: what `cdk deploy` installs from this repository. */
export class BuddyStack extends Stack {
  constructor(scope: Construct, id: string, { settings, codeRoot, ...props }: BuddyProps & StackProps) {
    super(scope, id, props);
    // The CDK leaves this id out of the names it generates: they are those of the stacks that were there before Buddy was a
    // construct, and whose tables an update must not replace.
    new Buddy(this, "Default", { settings, ...(codeRoot === undefined ? {} : { codeRoot }) });
  }
}
