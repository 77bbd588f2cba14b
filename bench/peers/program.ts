import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The user that a database server runs as where this process is root, which it refuses. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
export const unprivileged = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Uses a folder that is on disk, and gone afterwards. */
export const withFolder = async <Value>(use: (folder: string) => Promise<Value>): Promise<Value> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-peer-"));
  try {
    if (isRoot) await chown(folder, NOBODY, NOBODY);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** Ports of this machine that were free a moment ago. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    if (address === null || typeof address === "string") throw new Error("a server has no port");
    return address.port;
  });
};

type Options = { readonly env?: NodeJS.ProcessEnv; readonly cwd: string };

/** Uses a server, and ends it however that goes. @throws Error with its last words where it does not come up in a minute */
export const withServer = async <Value>(
  [program = "", ...args]: readonly string[],
  { env = process.env, cwd }: Options,
  isUp: () => Promise<boolean>,
  use: () => Promise<Value>,
): Promise<Value> => {
  const child = spawn(program, args, { cwd, env, ...unprivileged, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-2_000);
    });
  }
  // A measurement that is cut off takes its server with it.
  const cutOff = (): void => {
    child.kill("SIGKILL");
    process.exit(1);
  };
  process.once("SIGTERM", cutOff);
  try {
    await untilUp(child, isUp).catch((error: unknown) => {
      throw new Error(`${program} did not come up: ${said}`, { cause: error });
    });
    return await use();
  } finally {
    process.off("SIGTERM", cutOff);
    await ended(child);
  }
};

const LOOKS_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

const untilUp = async (child: ChildProcess, isUp: () => Promise<boolean>): Promise<void> => {
  const began = performance.now();
  while (!(await isUp().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (performance.now() - began > PATIENCE_MS) throw new Error("it took a minute");
    await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
  }
};

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const cut = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await exit;
  clearTimeout(cut);
};
