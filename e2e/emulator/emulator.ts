import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type Emulator = {
  /** Where every service answers. */
  readonly endpoint: string;
  readonly log: string;
  stop(): Promise<void>;
};

export const REGION = "eu-central-1";

/** The services that the emulator is asked to offer: those of the stack, and those that deploy it. */
const SERVICES = [
  "apigateway",
  "cloudformation",
  "cloudwatch",
  "cognito-idp",
  "dynamodb",
  "ecr",
  "events",
  "iam",
  "kms",
  "lambda",
  "logs",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "stepfunctions",
  "sts",
].join(",");

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
};

/**
 * Starts the emulator on loopback and waits until it answers. Functions run in processes of this machine, under the
 * Node that runs this one. @throws when it does not answer within a minute; its log says why
 */
export const startEmulator = async (program: string, log: string): Promise<Emulator> => {
  const port = await freePort();
  const temporary = await mkdtemp(join(tmpdir(), "buddy-emulator-"));
  // One that lies above it, of whatever project, would make ES modules of the CommonJS that the emulator writes there.
  await writeFile(join(temporary, "package.json"), '{"type":"commonjs"}\n');
  const output = openSync(log, "w");
  const child = spawn(program, [], {
    stdio: ["ignore", output, output],
    cwd: temporary,
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      // The host of the API's address; a bare IP address with a name before it is none that a URL can have.
      MINISTACK_HOST: "localhost",
      MINISTACK_REGION: REGION,
      IOT_MTLS_ENABLED: "0",
      SERVICES,
      TMPDIR: temporary,
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(temporary, { recursive: true, force: true });
  };
  try {
    await answering(endpoint, child, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, log, stop };
};

const answering = async (endpoint: string, child: ChildProcess, log: string): Promise<void> => {
  for (let waited = 0; waited < 60_000 && child.exitCode === null; waited += 250) {
    const healthy = await fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    await sleep(250);
  }
  throw new Error(`the emulator does not answer; its log: ${log}`);
};

/** Politely, then not. Its functions end with it: they read from its pipes. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = sleep(10_000, undefined, { ref: false }).then(() => child.kill("SIGKILL"));
  await Promise.race([ended, late.then(() => ended)]);
};
