import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSecret } from "../../local/secrets-file.ts";
import { READ_SECRET, WRITE_SECRET } from "../counterparts/crm.ts";
import { clientOf } from "./client.ts";
import { type Counts, countFolder } from "./counts.ts";
import { drive } from "./drive.ts";
import { randomFrom } from "./random.ts";
import { ServerProcess } from "./server-process.ts";
import { startService } from "./service.ts";
import { verifyAll } from "./verify.ts";

export type KillRun = { readonly executions: number; readonly kills: number; readonly seed: number };
export type Figures = Counts & {
  kills: number;
  replies: number;
  lost_requests: number;
  decisions: number;
  locks: number;
  resumed: number;
  /** Executions that `buddy verify` would not call OK, with what it found. */
  not_verified: string[];
  seconds: number;
};

/** About half of all calls go to the counterpart. */
const [LEAST_SHARE, MOST_SHARE] = [0.4, 0.6];

/** Of five deaths one is followed by another in the moment in which the next process begins. */
const ALSO_WHILE_STARTING = 0.2;

/**
 * Runs so many executions over HTTP against a server process that is killed so many times. The number of replies seen
 * decides when: drawn from the seed, evenly over what `executions` need at least (two replies each).
 */
export const runWithKills = async ({ executions, kills, seed }: KillRun): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-kill-"));
  const began = performance.now();
  const random = randomFrom(seed);
  const service = await startService(executions);
  const certificate = join(folder, "service.pem");
  await writeFile(certificate, service.cert);
  await setSecret(folder, "read/crm", READ_SECRET);
  await setSecret(folder, "write/crm", WRITE_SECRET);
  const server = new ServerProcess([folder, String(executions), service.host, certificate]);
  const gap = (): number => 1 + Math.floor((random() * 4 * executions) / kills);
  let planned = 0;
  let nextAt = gap();
  let replies = 0;
  const client = clientOf(folder, server, service, (count) => {
    replies = count;
    if (planned >= kills || count < nextAt) return;
    const twice = random() < ALSO_WHILE_STARTING && planned + 1 < kills;
    planned += twice ? 2 : 1;
    nextAt = count + gap();
    server.strike(twice ? "while_starting_too" : "while_running");
  });
  try {
    await server.listening();
    const driven = await drive(client, executions);
    const not_verified = await verifyAll(folder, (await server.listening()).url, driven.ids);
    await server.end();
    const counts = await countFolder(folder, driven.ids, service);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    return {
      ...counts,
      kills: server.kills,
      replies,
      lost_requests: client.lost(),
      decisions: driven.decisions,
      locks: driven.locks,
      resumed: driven.resumed,
      not_verified,
      seconds,
    };
  } finally {
    // Where something went wrong it is alive, and writes into what is to be removed.
    await server.abandon();
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The faults of a run, in words; empty when there is none. */
export const faultsOf = (figures: Figures, asked: KillRun): string[] => {
  const must: readonly (readonly [string, number, number])[] = [
    ["executions on record", figures.executions, asked.executions],
    ["executions known to who submitted them", figures.known, asked.executions],
    ["executions that ended or wait for a person", figures.settled, asked.executions],
    ["irreversible effects that are there twice", figures.duplicates, 0],
    ["ledger rows without an outcome", figures.unsettled_rows, 0],
    ["leases left behind", figures.leases_left, 0],
    ["slots left behind", figures.slots_left, 0],
    ["calls left in flight", figures.in_flight_left, 0],
    ["kills", figures.kills, asked.kills],
  ];
  const share = figures.calls_at_service / figures.calls;
  const half =
    share >= LEAST_SHARE && share <= MOST_SHARE
      ? []
      : [
          `calls that went to the counterpart: ${figures.calls_at_service} of ${figures.calls}, which is not about half`,
        ];
  const wrong = must.filter(([, is, should]) => is !== should);
  return [
    ...wrong.map(([what, is, should]) => `${what}: ${is}, not ${should}`),
    ...half,
    ...figures.contradictions,
    ...figures.not_verified,
  ];
};
