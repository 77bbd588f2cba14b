/**
 * Deploys the stack to an AWS emulator on this machine and tests what was deployed, over HTTP. `npm run e2e`; with
 * `--up` it only deploys, says where, and waits for Ctrl-C; with `--install` it only installs the emulator. Needs Python; 75 says that it, or the emulator, is missing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEPLOYMENT_FILE } from "./client/deployment.ts";
import { type Collector, startCollector } from "./emulator/collector.ts";
import { bootstrap, deploy } from "./emulator/deploy.ts";
import { type Emulator, startEmulator } from "./emulator/emulator.ts";
import { emulatorProgram, Missing } from "./emulator/python.ts";

/** EX_TEMPFAIL: nothing was found out, because something needed is not there. */
const PREREQUISITE_MISSING = 75;

const repository = join(import.meta.dirname, "..");
const folder = join(repository, ".tmp", "e2e");

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const timed = async <Value>(what: string, task: () => Promise<Value>): Promise<Value> => {
  const since = performance.now();
  const value = await task();
  console.log(`${what}: ${seconds(since)}`);
  return value;
};

/** With `--figures`, what the tests measure is written into the documents. */
const test = async (file: string, given: readonly string[]): Promise<number> => {
  const args = given.filter((arg) => arg !== "--figures");
  const figures = args.length < given.length ? { BUDDY_E2E_FIGURES: join(repository, "docs", "latency.md") } : {};
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", "--config", join(repository, "e2e", "vitest.config.ts"), ...args],
    {
      stdio: "inherit",
      env: { ...process.env, ...figures, [DEPLOYMENT_FILE]: file },
    },
  );
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
};

const interrupted = (): Promise<unknown> => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);

const main = async (args: readonly string[]): Promise<number> => {
  await mkdir(folder, { recursive: true });
  const program = await timed("emulator installed", () => emulatorProgram(join(folder, "venv")));
  if (args[0] === "--install") return 0;
  let emulator: Emulator | undefined;
  let collector: Collector | undefined;
  try {
    const started = await timed("emulator started", () => startEmulator(program, join(folder, "emulator.log")));
    emulator = started;
    collector = await startCollector(join(folder, "spans.jsonl"));
    const site = { aws: started.endpoint, folder, collector };
    await timed("bootstrapped", () => bootstrap(site));
    const deployed = await timed("deployed", () => deploy(site, { name: "dev" }));
    const file = join(folder, "deployment.json");
    await writeFile(file, `${JSON.stringify(deployed, null, 2)}\n`);
    if (args[0] === "--up") {
      console.log(`deployed; test it with ${DEPLOYMENT_FILE}=${file}\nAPI: ${deployed.api}\nCtrl-C ends it`);
      await interrupted();
      return 0;
    }
    // An interruption reaches the tests as well, and ends them; then everything here is ended as after any test.
    process.on("SIGINT", () => {});
    return await timed("tested", () => test(file, args));
  } finally {
    await emulator?.stop();
    await collector?.stop();
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Missing ? error.message : error);
  process.exitCode = error instanceof Missing ? PREREQUISITE_MISSING : 1;
}
