import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, type Environment } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { inject } from "vitest";
import { z } from "zod";
import { BuddyStack } from "../../infra/buddy-stack.ts";
import { bundleFile } from "../../infra/bundling.ts";
import { type DeploymentConfig, deploymentConfig } from "../../infra/deployment-config.ts";
import { handlers } from "../../infra/handlers.ts";

const folder = mkdtempSync(join(inject("temporaryFolder"), "synthesised-"));

/** Empty files where the bundles would be: what the stack says does not depend on what they do, and nothing is bundled. */
export const emptyBundles = (): string => {
  const root = join(folder, "code");
  for (const name of Object.keys(handlers)) {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, name, bundleFile), "");
  }
  return root;
};
const codeRoot = emptyBundles();

/** Traces of who made which construct, for messages of the CDK's own: as costly as all the rest of making one. */
const NO_TRACES = { "aws:cdk:disable-stack-trace": true, "aws:cdk:disable-creation-stack-traces": true };

/**
 * An app whose assembly goes when the tests are done: an app makes its folder when it is made, not when it is synthesised.
 * The CDK's own validation of templates takes half of a synthesis; `npm run synth` plays it.
 */
export const temporaryApp = (context: Record<string, unknown>): App =>
  new App({
    context: { ...NO_TRACES, ...context },
    outdir: mkdtempSync(join(folder, "assembly-")),
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    analyticsReporting: false,
  });

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

type Synthesised = { readonly template: Template; readonly outdir: string; readonly app: App };

/** By what was asked for: nobody changes a template, and most tests look at the same two. */
const made = new Map<string, Synthesised>();

/** With an issuer of its own; `{ jwt_issuer: undefined, jwt_audience: undefined }` leaves the stack to bring one. */
export const synthesise = (overrides: Record<string, unknown> = {}): Synthesised => {
  const config = configOf(overrides);
  const key = JSON.stringify(config);
  const known = made.get(key) ?? synthesiseAnew(config);
  made.set(key, known);
  return known;
};

/** A stack that says in which region it will be, and in which account unless that is left open; it brings its own pool. */
export const synthesiseIn = (region: string, at: Environment = { account: "111122223333" }): Synthesised =>
  synthesiseAnew(configOf({ jwt_issuer: undefined, jwt_audience: undefined }), { ...at, region });

const synthesiseAnew = (config: DeploymentConfig, env?: Environment): Synthesised => {
  const app = temporaryApp(flags);
  const given = { settings: config, codeRoot, ...(env === undefined ? {} : { env }) };
  const stack = new BuddyStack(app, `buddy-${config.stage}`, given);
  const template = Template.fromStack(stack);
  return { template, outdir: app.synth().directory, app };
};
