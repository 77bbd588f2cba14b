import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Tags, Validations } from "aws-cdk-lib";
import { BuddyStack } from "./buddy-stack.ts";
import { readConfig } from "./config.ts";
import { bundlesOfSources } from "./kept-bundles.ts";
import { rulePacks } from "./rule-packs.ts";

const app = new App();
const config = readConfig(app.node);
const codeRoot = mkdtempSync(join(tmpdir(), "buddy-code-"));
// The CDK copies the bundles into its output while it synthesises; nobody needs them here after that.
process.on("exit", () => rmSync(codeRoot, { recursive: true, force: true }));
await bundlesOfSources(codeRoot);

const stack = new BuddyStack(app, `buddy-${config.stage}`, {
  settings: config,
  codeRoot,
  description: `Buddy, stage ${config.stage}: execution control for the tool calls of AI agents`,
  terminationProtection: config.removal_policy === "retain",
});
Tags.of(stack).add("application", "buddy");
Tags.of(stack).add("stage", config.stage);
// A finding ends the synthesis, unless it is acknowledged with a reason where the resource is made.
Validations.of(app).addPlugins(...rulePacks(app));
app.synth();
