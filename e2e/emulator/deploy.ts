import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Deployment } from "../client/deployment.ts";
import { type Emulator, REGION } from "./emulator.ts";

const ACCOUNT = "000000000000";
const STACK = "buddy-dev";
/** Of the file, and of the stack's people: a second factor cannot be typed here. LIVE can be switched on. */
const SETTINGS = ["stage=dev", "live_enabled=true", "sign_in_mfa=optional"];

const outputs = z.object({
  [STACK]: z.object({
    ApiUrl: z.string(),
    UserPoolId: z.string(),
    PeopleClientId: z.string(),
    AgentsClientId: z.string(),
    SigningKeyArn: z.string(),
    StateMachineArn: z.string(),
    TableName: z.string(),
    BucketName: z.string(),
  }),
});

/** The ordinary commands of the CDK, with nothing but an endpoint to say where AWS is. @throws what cdk says */
export const deploy = async (emulator: Emulator, folder: string): Promise<Deployment> => {
  const assembly = join(folder, "cdk.out");
  const outputsFile = join(folder, "outputs.json");
  const context = SETTINGS.flatMap((setting) => ["-c", setting]);
  const cdk = (...args: string[]): Promise<void> =>
    runCdk([...args, ...context, "--output", assembly], emulator, join(folder, `cdk-${args[0]}.log`));
  await cdk("bootstrap", `aws://${ACCOUNT}/${REGION}`);
  await cdk("deploy", "--method=direct", "--require-approval=never", "--outputs-file", outputsFile);
  const { [STACK]: stack } = outputs.parse(JSON.parse(await readFile(outputsFile, "utf8")));
  const [, apiId] = /^http:\/\/(\w+)\./.exec(stack.ApiUrl) ?? [];
  if (apiId === undefined) throw new Error(`cannot tell the API's id from ${stack.ApiUrl}`);
  return {
    aws: emulator.endpoint,
    region: REGION,
    // By path, because not every machine resolves names below localhost.
    api: `${emulator.endpoint}/_aws/execute-api/${apiId}/$default`,
    sign_in: emulator.endpoint,
    user_pool: stack.UserPoolId,
    people_client: stack.PeopleClientId,
    agents_client: stack.AgentsClientId,
    signing_key: stack.SigningKeyArn,
    state_machine: stack.StateMachineArn,
    table: stack.TableName,
    bucket: stack.BucketName,
  };
};

const runCdk = async (args: readonly string[], emulator: Emulator, log: string): Promise<void> => {
  const program = join(import.meta.dirname, "..", "..", "node_modules", "aws-cdk", "bin", "cdk");
  const child = spawn(process.execPath, [program, ...args, "--no-color", "--ci"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: emulator.endpoint,
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
