import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import { executionPage, metricReply, submitted } from "../../functions/api/schemas.ts";
import { submissionOf } from "./plans.ts";
import { type Counted, type Server, startProcess } from "./server-process.ts";

export type Asked = {
  readonly executions: number;
  readonly steps: number;
  /** Submissions under way at once. */
  readonly at_once: number;
  /** Executions that wait for a person all the while. */
  readonly waiting: number;
  /** The server is killed and started again once so many have been submitted; null: never. */
  readonly restart_after: number | null;
  /** The server may take so long until it listens again. */
  readonly most_restart_seconds: number;
  /** The most resident memory that the server may ever hold, in MiB. */
  readonly most_mib: number;
  /** How long the whole may take. */
  readonly limit_seconds: number;
};

export type Figures = {
  readonly submitted: number;
  readonly ended: number;
  readonly succeeded: number;
  /** How the others ended, and how many did. */
  readonly otherwise: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly per_second: number;
  readonly peak_rss_mib: number;
  readonly publishes_per_execution: number;
  readonly most_publishes: number;
  /** How many executions were published more than once: a server that is killed while it publishes begins again. */
  readonly published_again: number;
  readonly health_values_per_execution: number;
  readonly items_read_per_execution: number;
  /** The same by what was read: the first word of the partition key. */
  readonly items_read_of: Readonly<Record<string, number>>;
  readonly slowest_answer_seconds: number;
  readonly restart_seconds: number | null;
  /** Lines in which the server that was started again told of its executions. */
  readonly restart_told: readonly string[];
};

const LOOK_MS = 500;
/** Before a kill, by the run that goes on after it, and once more as that one ends. */
const MOST_PUBLISHES = 3;
const NOTHING_READ: Pick<Counted, "items_read" | "read_of"> = { items_read: 0, read_of: {} };

/**
 * Submits so many executions over HTTP to a server of its own, in a temporary folder, and looks on until all have ended
 * or the time is over.
 */
export const runMany = async (asked: Asked, say: (line: string) => void): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-many-"));
  let server = await startProcess(folder);
  try {
    if (asked.waiting > 0) await bringToWait(server, asked, say);
    const before = await server.counted();
    const since = new Date().toISOString();
    const began = performance.now();
    let restart_seconds: number | null = null;
    let ids: string[] = [];
    const all = Array.from({ length: asked.executions }, (_, n) => n);
    const first = asked.restart_after ?? asked.executions;
    ids = ids.concat(await submitAll(server, asked, all.slice(0, first)));
    say(`submitted ${ids.length} in ${secondsSince(began).toFixed(1)} s`);
    if (asked.restart_after !== null) {
      await server.kill();
      server = await startProcess(folder);
      restart_seconds = server.started_seconds;
      say(`killed; listens again after ${restart_seconds.toFixed(1)} s`);
      ids = ids.concat(await submitAll(server, asked, all.slice(first)));
    }
    // One may have ended in the moment before the kill that its line was not written in.
    const before_restart =
      restart_seconds === null ? new Map<string, string>() : await statusesOf(server, new Set(ids));
    const there = new Set([...before_restart].flatMap(([id, status]) => (status === "RUNNING" ? [] : [id])));
    const after = await untilEnded(
      server,
      ids.filter((id) => !there.has(id)),
      began,
      asked,
      say,
    );
    const seconds = secondsSince(began);
    if (restart_seconds !== null) await untilTakenUp(server, began, asked);
    const began_with = restart_seconds === null ? before : NOTHING_READ;
    const publishes = ids.map((id) => after.publishes[id] ?? 0);
    const values = await healthValues(server, since);
    const statuses = await statusesOf(server, new Set(ids));
    const ended = [...statuses.values()].filter((status) => status !== "RUNNING");
    return {
      submitted: ids.length,
      ended: ended.length,
      succeeded: ended.filter((status) => status === "SUCCEEDED").length,
      otherwise: countOf(ended.filter((status) => status !== "SUCCEEDED")),
      seconds: rounded(seconds),
      per_second: rounded(ended.length / seconds),
      peak_rss_mib: rounded(after.peak_rss_mib),
      publishes_per_execution: rounded(publishes.reduce((sum, each) => sum + each, 0) / ids.length),
      most_publishes: publishes.reduce((most, each) => Math.max(most, each), 0),
      published_again: publishes.filter((times) => times > 1).length,
      health_values_per_execution: rounded(values / ids.length),
      items_read_per_execution: rounded((after.items_read - began_with.items_read) / ids.length),
      items_read_of: Object.fromEntries(
        Object.entries(after.read_of).map(([family, items]) => [
          family,
          rounded((items - (began_with.read_of[family] ?? 0)) / ids.length),
        ]),
      ),
      slowest_answer_seconds: rounded(server.slowest()),
      restart_seconds: restart_seconds === null ? null : rounded(restart_seconds),
      restart_told: restart_seconds === null ? [] : server.told.filter((line) => TOLD.test(line)),
    };
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
};

const TOLD = /^executions (?:under way|taken up): /;

const untilTakenUp = async (server: Server, began: number, { limit_seconds }: Asked): Promise<void> => {
  const toldOf = (what: string): boolean => server.told.some((line) => line.startsWith(what));
  while (toldOf("executions under way: ") && !toldOf("executions taken up: ")) {
    if (secondsSince(began) > limit_seconds) return;
    await pause();
  }
};

const rounded = (value: number): number => Number(value.toPrecision(4));
const secondsSince = (began: number): number => (performance.now() - began) / 1_000;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

const countOf = (words: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
};

const submitAll = (server: Server, { steps, at_once }: Asked, numbers: readonly number[]): Promise<string[]> =>
  pMap(numbers, (n) => submitOne(server, { name: `many-${n}`, steps, asked: false }), { concurrency: at_once });

const submitOne = async (server: Server, shape: Parameters<typeof submissionOf>[0]): Promise<string> => {
  const { status, body } = await server.request("POST", "/executions", submissionOf(shape));
  if (status !== 202) throw new Error(`submission of ${shape.name}: ${status} ${JSON.stringify(body)}`);
  return submitted.parse(body).execution_id;
};

const bringToWait = async (server: Server, { waiting, at_once }: Asked, say: (line: string) => void): Promise<void> => {
  const names = Array.from({ length: waiting }, (_, n) => `waiting-${n}`);
  await pMap(names, (name) => submitOne(server, { name, steps: 1, asked: true }), { concurrency: at_once });
  // A pass reads nothing while it waits: then all are at rest.
  for (let reads = -1; ; ) {
    const { items_read } = await server.counted();
    if (items_read === reads) break;
    reads = items_read;
    await pause();
    await pause();
  }
  say(`${waiting} executions wait for a person`);
};

/** Looks at what the server has counted, not at its API: nothing is read for it. */
const untilEnded = async (
  server: Server,
  ids: readonly string[],
  began: number,
  { limit_seconds }: Asked,
  say: (line: string) => void,
): Promise<Counted> => {
  for (let told = 0; ; ) {
    const counted = await server.counted();
    const ended = ids.filter((id) => counted.ended[id] !== undefined).length;
    if (ended === ids.length || secondsSince(began) > limit_seconds) return counted;
    if (secondsSince(began) - told >= 5) {
      told = secondsSince(began);
      say(`${told.toFixed(0)} s: ${ended} of ${ids.length} have ended, at most ${counted.peak_rss_mib.toFixed(0)} MiB`);
    }
    await pause();
  }
};

const statusesOf = async (server: Server, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> => {
  const statuses = new Map<string, string>();
  for (let next: string | null = ""; next !== null; ) {
    const mark: string = next === "" ? "" : `&next=${encodeURIComponent(next)}`;
    const page = executionPage.parse((await server.request("GET", `/executions?limit=100${mark}`)).body);
    for (const { execution_id, status } of page.items) if (ids.has(execution_id)) statuses.set(execution_id, status);
    next = page.next;
  }
  return statuses;
};

const healthValues = async (server: Server, since: string): Promise<number> => {
  const until = new Date(Date.now() + 60_000).toISOString();
  const { body } = await server.request("GET", `/metrics/system_health_score?since=${since}&until=${until}`);
  return metricReply.parse(body).points.length;
};

/** How many executions were under way when the server was started again, and how many of them it took up, as it told. */
const toldAtRestart = ({ restart_told }: Figures): readonly [under_way: number, taken_up: number] => {
  const [under_way = 0, taken_up = 0] = restart_told.map((line) => Number(line.split(": ")[1]));
  return [under_way, taken_up];
};

/** It says how many it found before it goes on with them, those that wait among them, and that it took all of them up. */
const faultsOfRestart = (figures: Figures, asked: Asked): string[] => {
  const { restart_seconds, restart_told } = figures;
  if (restart_seconds === null) return [];
  const slow = `restart: ${restart_seconds} s until it listened, more than ${asked.most_restart_seconds}`;
  const [under_way, taken_up] = toldAtRestart(figures);
  const says = under_way >= asked.waiting && taken_up === under_way;
  return [
    ...(restart_seconds > asked.most_restart_seconds ? [slow] : []),
    ...(says ? [] : [`told at the restart: ${restart_told.join("; ") || "nothing"}`]),
  ];
};

/** The faults of a run, in words; empty when there is none. */
export const faultsOf = (figures: Figures, asked: Asked): string[] => {
  const must: readonly (readonly [string, number, number])[] = [
    ["executions submitted", figures.submitted, asked.executions],
    ["executions that ended", figures.ended, asked.executions],
    ["executions that succeeded", figures.succeeded, asked.executions],
  ];
  const faults = must.flatMap(([what, is, should]) => (is === should ? [] : [`${what}: ${is} instead of ${should}`]));
  faults.push(...faultsOfRestart(figures, asked));
  // A run that had published and not ended yet publishes again; one that had ended never does, nor one that waits.
  const again = asked.restart_after === null ? 0 : toldAtRestart(figures)[0] - asked.waiting;
  if (figures.published_again > again)
    faults.push(`executions that were published more than once: ${figures.published_again}, more than ${again}`);
  if (figures.most_publishes > MOST_PUBLISHES)
    faults.push(`publishes of one execution: ${figures.most_publishes}, more than ${MOST_PUBLISHES}`);
  if (figures.publishes_per_execution < 1)
    faults.push(`publishes per execution: ${figures.publishes_per_execution}, less than 1`);
  if (figures.health_values_per_execution !== 1)
    faults.push(`health values per execution: ${figures.health_values_per_execution} instead of 1`);
  if (figures.peak_rss_mib > asked.most_mib)
    faults.push(`memory: ${figures.peak_rss_mib} MiB, more than ${asked.most_mib}`);
  return faults;
};
