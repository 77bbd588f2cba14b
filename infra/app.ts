import { App, Tags } from "aws-cdk-lib";
import { BuddyStack } from "./buddy-stack.ts";
import { readConfig } from "./config.ts";

const app = new App();
const config = readConfig(app.node);
const stack = new BuddyStack(app, `buddy-${config.stage}`, {
  config,
  description: `Buddy, stage ${config.stage}: execution control for the tool calls of AI agents`,
  terminationProtection: config.removal_policy === "retain",
});
Tags.of(stack).add("application", "buddy");
Tags.of(stack).add("stage", config.stage);
