import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Deployment } from "../client/deployment.ts";
import { REGION } from "./emulator.ts";

const ACCOUNT = "000000000000";
const repository = join(import.meta.dirname, "..", "..");

/** A stack is deployed from the repository, or from a copy of it, to wherever AWS answers. */
export type Site = {
  readonly aws: string;
  /** Where logs and assemblies go. */
  readonly folder: string;
  /** A copy of the repository; the repository itself unless said. */
  readonly project?: string;
  /** Where functions send their spans. */
  readonly collector: Deployment["collector"];
};

/** A stage of cdk.json. */
export type Stage = { readonly name: string };
/**
 * The settings that differ: no second factor can be typed here, LIVE can be switched on, one agent and workers have clients,
 * tools may reach a name that no machine has (RFC 6761), and all functions go by this machine's one clock.
 */
const SETTINGS = {
  live_enabled: "true",
  sign_in_mfa: "optional",
  agents: "inspector",
  worker_groups: "notes",
  allowed_hosts: "nowhere.invalid",
  largest_clock_skew_seconds: "0",
};

const stackOutputs = z.object({
  ApiUrl: z.string(),
  ConsoleUrl: z.string(),
  UserPoolId: z.string(),
  PeopleClientId: z.string(),
  AgentsClientId: z.string(),
  ClientIdOfAgentinspector: z.string(),
  WorkersClientIdnotes: z.string(),
  SigningKeyArn: z.string(),
  StateMachineArn: z.string(),
  TableName: z.string(),
  BucketName: z.string(),
  BusName: z.string(),
});

/** The stack that every account needs once; outside of any project, none being synthesised. @throws what cdk says */
export const bootstrap = ({ aws, folder }: Site): Promise<void> =>
  runCdk(["bootstrap", `aws://${ACCOUNT}/${REGION}`], { aws, cwd: folder, log: join(folder, "cdk-bootstrap.log") });

/** The ordinary command of the CDK, with nothing but an endpoint to say where AWS is. @throws what cdk says */
export const deploy = async ({ aws, folder, project, collector }: Site, stage: Stage): Promise<Deployment> => {
  const file = join(folder, `outputs-${stage.name}.json`);
  const assembly = join(folder, `cdk.out-${stage.name}`);
  const settings = { stage: stage.name, otlp_endpoint: collector.endpoint, ...SETTINGS };
  const context = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const direct = ["--method=direct", "--require-approval=never", "--outputs-file", file, "--output", assembly];
  const log = join(folder, `cdk-deploy-${stage.name}.log`);
  await runCdk(["deploy", ...direct, ...context], { aws, cwd: project ?? repository, log });
  const stack = z.record(z.string(), stackOutputs).parse(JSON.parse(await readFile(file, "utf8")))[stackOf(stage)];
  const [, apiId] = /^http:\/\/(\w+)\./.exec(stack?.ApiUrl ?? "") ?? [];
  if (stack === undefined || apiId === undefined) throw new Error(`cannot tell the API's id from ${file}`);
  return {
    aws,
    region: REGION,
    stack: stackOf(stage),
    assembly,
    // By path, because not every machine resolves names below localhost.
    api: `${aws}/_aws/execute-api/${apiId}/$default`,
    console: stack.ConsoleUrl,
    sign_in: aws,
    user_pool: stack.UserPoolId,
    people_client: stack.PeopleClientId,
    agents_client: stack.AgentsClientId,
    inspector_client: stack.ClientIdOfAgentinspector,
    workers_client: stack.WorkersClientIdnotes,
    signing_key: stack.SigningKeyArn,
    state_machine: stack.StateMachineArn,
    table: stack.TableName,
    bucket: stack.BucketName,
    bus: stack.BusName,
    collector: { endpoint: collector.endpoint, file: collector.file },
  };
};

/** A stage is destroyed as it was synthesised when it was deployed. @throws what cdk says */
export const destroy = ({ aws, folder }: Site, { assembly, stack }: Deployment): Promise<void> =>
  runCdk(["destroy", "--force", "--app", assembly], {
    aws,
    cwd: folder,
    log: join(folder, `cdk-destroy-${stack}.log`),
  });

const stackOf = ({ name }: Stage): string => `buddy-${name}`;

type Running = { readonly aws: string; readonly cwd: string; readonly log: string };

const runCdk = async (args: readonly string[], { aws, cwd, log }: Running): Promise<void> => {
  const program = join(repository, "node_modules", "aws-cdk", "bin", "cdk");
  const child = spawn(process.execPath, [program, ...args, "--no-color", "--ci"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: aws,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      CDK_DEFAULT_ACCOUNT: ACCOUNT,
      CDK_DEFAULT_REGION: REGION,
      // Anything passes for credentials here; nothing of this machine's own is ever sent.
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
      CDK_DISABLE_CLI_TELEMETRY: "true",
    },
  });
  const file = createWriteStream(log);
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      file.write(chunk);
      tail = (tail + chunk.toString()).slice(-3_000);
    });
  }
  const [code] = await once(child, "exit");
  file.end();
  if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}; ${log}:\n${tail}`);
};
