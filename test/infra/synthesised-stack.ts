import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { BuddyStack } from "../../infra/buddy-stack.ts";
import { bundleFile } from "../../infra/bundling.ts";
import { handlers } from "../../infra/handlers.ts";
import { type DeploymentConfig, deploymentConfig } from "../../infra/settings.ts";

/** Empty files where the bundles would be: what the stack says does not depend on what they do, and nothing is bundled. */
const emptyBundles = (): string => {
  const root = mkdtempSync(join(tmpdir(), "buddy-stack-"));
  for (const name of Object.keys(handlers)) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, bundleFile), "");
  }
  process.on("exit", () => rmSync(root, { recursive: true, force: true }));
  return root;
};
const codeRoot = emptyBundles();

/** The feature flags that the stack is deployed with. */
const flags = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"))).context;

export const configOf = (overrides: Record<string, unknown> = {}): DeploymentConfig =>
  deploymentConfig.parse({
    stage: "test",
    jwt_issuer: "https://issuer.example/",
    jwt_audience: ["buddy"],
    ...overrides,
  });

/** With an issuer of its own; `{ jwt_issuer: undefined, jwt_audience: undefined }` leaves the stack to bring one. */
export const synthesise = (
  overrides: Record<string, unknown> = {},
): { template: Template; outdir: string; app: App } => {
  const config = configOf(overrides);
  const app = new App({ context: flags });
  const stack = new BuddyStack(app, `buddy-${config.stage}`, { config, codeRoot });
  const template = Template.fromStack(stack);
  return { template, outdir: app.synth().directory, app };
};
