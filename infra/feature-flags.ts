import type { Construct } from "constructs";
import cdkJson from "../cdk.json" with { type: "json" };

/**
 * Feature flags of the CDK hold for all below a construct: Buddy is made under those that it was tested with, whatever the
 * app around it is set to. Must be called before the construct has children.
 */
export const setFeatureFlags = (construct: Construct): void => {
  for (const [flag, value] of Object.entries(cdkJson.context)) {
    if (flag.startsWith("@aws-cdk")) construct.node.setContext(flag, value);
  }
};
