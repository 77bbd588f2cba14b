/**
 * The figures by which docs/architecture.md says how near to each other the parts of one thing stand. A plan of three steps
 * that change something is submitted, approved and played LIVE, in this process and over the client of the AWS SDK; it
 * touches a file where it calls one of the file's functions.
 */
import { Session } from "node:inspector/promises";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { countExecution } from "../bench/cost/count-execution.ts";
import { checkImports } from "./imports/check.ts";
import { type ProjectFile, projectFolder, projectPaths, readFiles } from "./project-files.ts";

const PRODUCT = /^(?:shared|functions|infra|local|cli|console)\/.*\.tsx?$/;
const ATTEMPT = /^(?:shared|functions)\/execution\/attempt\/.*\.ts$/;

/** The files of the product whose functions `play` calls: what loading them calls is over by then. */
const touchedBy = async (play: () => Promise<unknown>): Promise<string[]> => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await play();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  return result
    .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
    .filter(({ url }) => url.startsWith("file:"))
    .map(({ url }) => posix.relative(projectFolder, fileURLToPath(url)))
    .filter((path) => PRODUCT.test(path));
};

const linesOf = (files: readonly ProjectFile[]): number =>
  files.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0);

const files = await readFiles(await projectPaths());
const product = files.filter(({ path }) => PRODUCT.test(path));
const attempt = product.filter(({ path }) => ATTEMPT.test(path));
const folders = [...Map.groupBy(product, ({ path }) => posix.dirname(path))];
const [biggest] = folders.sort(([, one], [, other]) => other.length - one.length);
const touched = await touchedBy(() => countExecution("LIVE, approved", 3));
const inStage = touched.filter((path) => path.startsWith("functions/execution/"));

console.log(
  `${touched.length} of ${product.length} files are touched by one plan, ${inStage.length} of them in functions/execution`,
);
console.log(`${checkImports(files).length} imports run back up or close a circle`);
console.log(`${linesOf(attempt)} lines in ${attempt.length} files are the attempt`);
console.log(`${biggest?.[1].length} files lie in the biggest folder, ${biggest?.[0]}`);
