/**
 * Builds every handler as the stack does and measures what a cold start pays for: the size of what is loaded, and the
 * time a fresh process needs to import it. `node checks/bundles.ts` prints a table, `--json` the figures.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type BundleSize, bundleSize } from "../infra/bundle-size.ts";
import { bundleFile, bundleHandlers } from "../infra/bundling.ts";
import { type HandlerName, handlerEntries, handlers } from "../infra/handlers.ts";
import { namesOf } from "../infra/names-of.ts";

export type BundleMeasurement = {
  readonly handler: HandlerName;
  readonly entry: string;
  readonly size: BundleSize;
  /** From before to after `import()`, in milliseconds, each in a process of its own; Node's own start is not in it. */
  readonly import_ms: { readonly median: number; readonly runs: readonly number[] };
};

const RUNS = 5;
const run = promisify(execFile);

/**
 * The code that the process which imports the bundle executes; it says how long that took and whether there is a
 * handler.
 */
const probe = (file: string): string => `
  const before = performance.now();
  const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
  const took = performance.now() - before;
  if (typeof handler !== "function") throw new Error("exports no handler");
  console.log(took);
  process.exit(0);`;

/** Values of the right form, as the stack would set them: a handler may parse its environment while it loads. */
const environment = {
  PATH: process.env.PATH,
  AWS_REGION: "eu-central-1",
  STAGE: "bundles",
  HANDLER: "bundles",
  LOG_DETAILS: "false",
  TABLE_NAME: "bundles",
  BODIES_BUCKET: "bundles",
  BUS_NAME: "bundles",
  STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:bundles",
  DEFINITION_DIGEST: "0".repeat(64),
  LIVE_ENABLED: "false",
  AGENT_REGISTRY: "closed",
  DUPLICATE_WINDOW_FLOOR_HOURS: "1",
  LARGEST_CLOCK_SKEW_SECONDS: "300",
  SIGNING_KEY_ID: "bundles",
  WAKE_FUNCTION: "bundles",
  SCOPE_PREFIX: "",
};

const importMs = async (file: string): Promise<number> => {
  const args = ["--input-type=module", "--eval", probe(file)];
  const { stdout } = await run(process.execPath, args, { env: environment, timeout: 60_000 });
  return Number(stdout.trim());
};

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const measure = async (handler: HandlerName, folder: string): Promise<BundleMeasurement> => {
  const { entry } = handlers[handler];
  const file = join(folder, handler, bundleFile);
  // One after another: two processes at once would measure each other.
  const runs: number[] = [];
  for (let done = 0; done < RUNS; done += 1) runs.push(Math.round((await importMs(file)) * 10) / 10);
  const size = await bundleSize(join(folder, handler));
  return { handler, entry, size, import_ms: { median: medianOf(runs), runs } };
};

/**
 * Builds and measures every handler, one after another.
 * @throws the build's error for a handler that cannot be bundled or awaits while it loads, or the process's own when it
 * cannot be imported.
 */
export const measureBundles = async (): Promise<BundleMeasurement[]> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-bundles-"));
  try {
    await bundleHandlers(handlerEntries(), folder);
    const measured: BundleMeasurement[] = [];
    for (const handler of namesOf(handlers)) measured.push(await measure(handler, folder));
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const line = ({ handler, size, import_ms }: BundleMeasurement): string =>
  `${handler.padEnd(18)}${kilobytes(size.at_start)}${kilobytes(size.when_needed)}${import_ms.median.toFixed(1).padStart(9)} ms`;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(9)} kB`;

if (import.meta.main) {
  const bundles = await measureBundles();
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ node: process.version, runs: RUNS, bundles }, null, 2));
  } else {
    console.log(
      `${"handler".padEnd(18)}${"at start".padStart(12)}${"when needed".padStart(12)}${"import".padStart(12)}`,
    );
    for (const measured of bundles) console.log(line(measured));
  }
}
