import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Figure, figureOf, medianOf } from "./figure.ts";

const RUNS = 7;

/** At its end a process says how much processor time it took, in microseconds, after a word that nothing else prints. */
const MARK = "processor-microseconds:";
const SAYS_ITS_TIME = `data:text/javascript,${encodeURIComponent(
  `process.on("exit", () => { const { user, system } = process.cpuUsage(); console.error("${MARK}" + (user + system)); });`,
)}`;

/** Nobody listens on the discard port: a command that asks a server is told so at once. */
const NOWHERE = "http://127.0.0.1:9";

const processorTime = async (build: string, argv: readonly string[]): Promise<number> => {
  const flags = ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=30", "--import", SAYS_ITS_TIME];
  const run = promisify(execFile)(process.execPath, [...flags, join(build, "cli", "bin.js"), ...argv], {
    env: { ...process.env, BUDDY_ENDPOINT: NOWHERE },
  });
  const { stderr } = await run.catch((error: unknown) => {
    // It ends with the code for "nobody answers".
    if (error instanceof Error && "stderr" in error) return { stderr: String(error.stderr) };
    throw error;
  });
  const said = stderr.split(MARK)[1];
  if (said === undefined) throw new Error(`buddy ${argv.join(" ")} of ${build} did not run: ${stderr}`);
  return Number.parseInt(said, 10) / 1_000;
};

/** Processor time of commands of the build in a folder, from the start of Node to the end, without a server. */
export const benchCommandLine = async (build: string): Promise<Figure[]> => {
  const found: Figure[] = [];
  for (const command of ["status", "--version", "--help"]) {
    const times: number[] = [];
    await processorTime(build, [command]);
    for (let run = 0; run < RUNS; run += 1) times.push(await processorTime(build, [command]));
    found.push(figureOf(`processor time of buddy ${command}`, medianOf(times), "ms"));
  }
  return found;
};
