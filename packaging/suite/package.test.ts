import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { bundleSize } from "../../infra/bundle-size.ts";
import { type HandlerName, handlers } from "../../infra/handlers.ts";
import { namesOf } from "../../infra/names-of.ts";
import packageJson from "../../package.json" with { type: "json" };
import { installed, type } from "./empty-folder.ts";

const { devDependencies: own } = packageJson;
const cdk = [`aws-cdk-lib@${own["aws-cdk-lib"]}`, `constructs@${own.constructs}`];

let app: Awaited<ReturnType<typeof installed>>;
let server: ChildProcess | undefined;
let endpoint: Promise<string> | undefined;

beforeAll(async () => {
  app = await installed(...cdk);
});

afterAll(async () => {
  if (server !== undefined && server.exitCode === null) {
    server.kill("SIGINT");
    await once(server, "exit");
  }
  await app?.remove();
});

/** Of what a function loads when it starts, in kB. */
const LIMIT = 400;
/**
 * Those above it. The clients of the SDK for the table and for bodies take 280 kB together, that for the table alone 185,
 * and zod 65: a function that has all of them has 50 left. Where tools' arguments are checked, ajv takes 156 more.
 */
const LARGER: { readonly [name in HandlerName]?: number } = {
  ...{
    Continue: 410,
    AwaitApproval: 410,
    Deliver: 450,
    Validate: 530,
    ReadOutcome: 530,
    Sweep: 530,
    ResolveConflicts: 600,
    Health: 410,
    Wake: 410,
    Feedback: 620,
    Artifacts: 600,
  },
  ...{ Work: 590, Conclude: 670, NextWave: 690, Prepare: 660, Finalise: 790, Mock: 780, Submit: 840, Slack: 880 },
  ...{
    Act: 900,
    Administer: 890,
    DryRun: 940,
    Try: 1_000,
    RollBack: 1_020,
    Live: 1_040,
    Read: 930,
    Mcp: 1_830,
    Call: 1_440,
  },
};

const buddy = (...args: readonly string[]) => type(app.folder, "npx", ["buddy", ...args]);

/** Started as `npx buddy start` starts it, on a free port. @returns its address */
const started = async (): Promise<string> => {
  const bin = join(app.folder, "node_modules", "buddy", "cli", "bin.js");
  const child = spawn(process.execPath, [bin, "start", "--port", "0", "--live", "--open-registry"], {
    cwd: app.folder,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  server = child;
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("the server ended before it listened");
};

/** One server for the tests that ask one. */
const serving = (): Promise<string> => {
  endpoint ??= started();
  return endpoint;
};

/** Of a foreign team: a bucket of their own in the stack, and Buddy with the settings given. */
const foreignApp = (settings: unknown): string => `
import { App, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Buddy } from "buddy/infra";

class Desk extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new Bucket(this, "Letters");
    const { apiUrl } = new Buddy(this, "Buddy", { settings: ${JSON.stringify(settings)} });
    if (typeof apiUrl !== "string") throw new Error("no address");
  }
}
const app = new App();
new Desk(app, "desk");
const { template } = app.synth().getStackByName("desk");
console.log(JSON.stringify(Object.values(template.Resources).map(({ Type }) => Type)));
`;

const synthesised = async (settings: unknown) => {
  await writeFile(join(app.folder, "app.mjs"), foreignApp(settings));
  return type(app.folder, process.execPath, ["app.mjs"]);
};

describe("the packed package, installed into an empty folder", () => {
  it("the packed package holds what runs, what is typed and what is read, and no sources or tests", () => {
    expect(app.files).toEqual(
      expect.arrayContaining(["README.md", "LICENSE", "cli/bin.js", "dist/infra/index.d.ts", "docs/tools.md"]),
    );
    const sources = app.files.filter((file) =>
      /^(?!examples).*(?<!\.d)\.ts$|(^|\/)(test|e2e|bench|simulation)\//.test(file),
    );
    expect(sources).toEqual([]);
    expect(app.files.filter((file) => file.startsWith("clients"))).toEqual([]);
  });

  it("the packed package names its examples where they are, as one types them", async () => {
    const { out } = await type(app.folder, "npx", ["buddy", "--help"]);
    const [, path = ""] = /buddy run (\S+hello\.json)/.exec(out) ?? [];
    expect(path).toBe(join("node_modules", "buddy", "examples", "hello.json"));
    expect(app.files).toEqual(
      expect.arrayContaining([join("examples", "hello.json"), join("examples", "worker", "worker.ts")]),
    );
  });

  it("the packed package brings functions that load no more at their start than their limits", async () => {
    const bundles = join(app.folder, "node_modules", "buddy", "dist", "handlers");
    const names = namesOf(handlers);
    const sizes = await Promise.all(names.map((name) => bundleSize(join(bundles, name))));
    const above = names.filter((name, place) => (sizes[place]?.at_start ?? 0) > 1_000 * (LARGER[name] ?? LIMIT));
    expect(above).toEqual([]);
  });

  it("the packed package says its version", async () => {
    expect(await buddy("--version")).toMatchObject({ code: 0, out: `${packageJson.version}\n` });
  });

  it("the packed package starts a server, which takes a plan LIVE, and verifies its record", async () => {
    await writeFile(
      join(app.folder, "hello.json"),
      JSON.stringify({
        plan_id: "hello",
        goal: "who is Benedikt?",
        agents: [{ agent_id: "crm_agent", permissions: ["ghl_access"] }],
        steps: [
          {
            step_id: "find",
            agent_id: "crm_agent",
            tool_name: "ghl_search",
            confidence: 0.95,
            arguments: { query: "benedikt.lindner@bluebird-logistics.example" },
          },
        ],
      }),
    );
    const ran = await buddy("run", "hello.json", "--as", "alice", "--endpoint", await serving());
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toContain("SUCCEEDED");
    expect(await buddy("verify", "last", "--as", "alice", "--endpoint", await serving())).toMatchObject({ code: 0 });
  });

  it("the packed package serves the console that came along, bundled", async () => {
    const page = await fetch(`${await serving()}/console`);
    const [script = ""] = /\/console\/assets\/main-[^"]+\.js/.exec(await page.text()) ?? [];
    const code = await fetch((await serving()) + script);
    expect([code.status, code.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  });

  it("the packed package answers a command that it does not know as the sources do", async () => {
    expect(await buddy("frobnicate")).toMatchObject({ code: 2, err: expect.stringContaining("frobnicate") });
  });

  it("the packed package adds Buddy to a stack of somebody else's app, with the bundles that came along", async () => {
    const { code, out, err } = await synthesised({ stage: "desk", allowed_hosts: ["crm.example.com"] });
    expect([code, err]).toEqual([0, ""]);
    const types = z.array(z.string()).parse(JSON.parse(out));
    expect(types).toEqual(
      expect.arrayContaining(["AWS::StepFunctions::StateMachine", "AWS::DynamoDB::Table", "AWS::ApiGatewayV2::Api"]),
    );
    expect(types.filter((each) => each === "AWS::S3::Bucket").length).toBeGreaterThan(1);
  });

  it("the packed package refuses settings in somebody else's app by name, all at once", async () => {
    const { code, err } = await synthesised({ stage: "Desk!", live: true, allowed_hosts: ["*.*"] });
    expect(code).not.toBe(0);
    expect(err).toContain("there is no setting live");
    expect(err).toContain("stage takes 1 to 20 of a-z");
    expect(err).toContain("allowed_hosts takes hosts such as");
  });
});
