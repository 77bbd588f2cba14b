import { execFile } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { benchBundles } from "./bundles.ts";
import { benchCommandLine } from "./command-line.ts";
import { besides, type Figure, figureOf, medianOf } from "./figure.ts";
import { measured } from "./workload-process.ts";

const run = promisify(execFile);
/** Each build is measured so often, in turns, so that a busy minute falls on both. */
const ROUNDS = 3;

/** The sources of a commit with what they need installed, made the first time. @throws where git or npm refuse */
const buildOf = async (commit: string, project: string): Promise<string> => {
  const { stdout } = await run("git", ["rev-parse", "--verify", `${commit}^{commit}`], { cwd: project });
  const builds = join(project, ".tmp", "builds");
  const folder = join(builds, stdout.trim().slice(0, 12));
  const whole = await access(folder).then(
    () => true,
    () => false,
  );
  if (whole) return folder;
  const half = `${folder}.half`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  console.log(`building ${commit} in ${folder}`);
  await run("git", ["archive", "--format=tar", `--output=${half}.tar`, stdout.trim()], { cwd: project });
  await run("tar", ["-xf", `${half}.tar`, "-C", half]);
  await rm(`${half}.tar`);
  for (const cwd of [half, join(half, "bench")])
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd, maxBuffer: 2 ** 26 });
  await rename(half, folder);
  return folder;
};

type Measure = (build: string) => Promise<Figure[]>;

/** The names of a build's workloads, asked of a process of its own: two builds in one would share what they patch. */
const workloadsOf = async (build: string): Promise<readonly string[]> => {
  const asks = 'import { workloads } from "./bench/child.ts"; console.log(JSON.stringify(Object.keys(workloads)));';
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", asks], { cwd: build });
  return z.array(z.string()).parse(JSON.parse(stdout));
};

/** Of a name that both builds have a figure for: the median of this build beside that of the other. */
const beside = (here: readonly Figure[], there: readonly Figure[]): Figure[] => {
  const names = new Set(here.map(({ name }) => name));
  const median = (figures: readonly Figure[], name: string) =>
    medianOf(figures.filter((figure) => figure.name === name).map(({ figure }) => figure));
  return [...names].flatMap((name) => {
    const unit = here.find((figure) => figure.name === name)?.unit;
    if (unit === undefined || !there.some((figure) => figure.name === name && figure.unit === unit)) return [];
    return [besides(figureOf(name, median(here, name), unit), median(there, name))];
  });
};

/**
 * Measures what this build and that of an earlier commit both have a workload for, in turns on one machine in one run.
 * `ratio` is the earlier figure over this one: of times, how often as quick this build is.
 * @param asked names of workloads; none are all that both have
 * @returns each by its name, to be measured when it is asked for
 * @throws Error where the commit cannot be built, or a workload is not there
 */
export async function* benchAgainst(
  commit: string,
  project: string,
  asked: readonly string[],
): AsyncGenerator<readonly [name: string, measure: () => Promise<readonly Figure[]>]> {
  const earlier = await buildOf(commit, project);
  const theirs = await workloadsOf(earlier);
  const measures = new Map<string, Measure>([
    ["command line", benchCommandLine],
    ["bundles", benchBundles],
  ]);
  for (const name of await workloadsOf(project))
    if (theirs.includes(name)) measures.set(name, (build) => measured(build, name));
  const unknown = asked.filter((name) => !measures.has(name));
  if (unknown.length > 0)
    throw new Error(
      `not a workload of both builds: ${unknown.join(", ")}; there are ${[...measures.keys()].join(", ")}`,
    );

  for (const [name, measure] of measures) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    yield [name, () => inTurns(measure, project, earlier)];
  }
}

const inTurns = async (measure: Measure, project: string, earlier: string): Promise<Figure[]> => {
  const here: Figure[] = [];
  const there: Figure[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    there.push(...(await measure(earlier)));
    here.push(...(await measure(project)));
  }
  return beside(here, there);
};
