import type { Contract } from "./api.ts";
import { type Approvals, approvalsOver } from "./approvals.ts";
import { type Calls, callsOver } from "./calls.ts";
import { BuddyError } from "./errors.ts";
import { type Http, httpOver, type Token } from "./http.ts";
import { type Plans, plansOver } from "./plans.ts";
import { Serving } from "./worker/serving.ts";
import { startWorker, type Worker, type WorkerOptions } from "./worker/worker.ts";

export type ConnectOptions = {
  /** Where Buddy is reached; $BUDDY_ENDPOINT unless said, else `http://127.0.0.1:7717`, as on one machine. */
  readonly url?: string;
  /** Of who asks: of an agent itself, or of a person. $BUDDY_TOKEN unless said. */
  readonly token?: Token;
  /** The agent that calls are made for, unless a call names one. Its own token is of no other. */
  readonly agent?: string;
  /** Of the group of workers that this process is of; $BUDDY_WORKER_TOKEN unless said. Needed to do calls, not to ask for them. */
  readonly workerToken?: Token;
  readonly fetch?: typeof globalThis.fetch;
};

export type Buddy = {
  readonly agent: string | undefined;
  readonly calls: Calls;
  readonly plans: Plans;
  readonly approvals: Approvals;
  /** The contract in force of a tool. @throws BuddyRefusal (404) where there is none */
  readonly contract: (tool_name: string) => Promise<Contract>;
  /** Starts to take calls of tools whose code is this program's own. */
  readonly worker: (options: WorkerOptions) => Worker;
  /** The tools whose code this process runs for `governed`, each once. */
  readonly serving: Serving;
  /** Stops the workers of this connection, once the calls under way are answered; so that a program can end. */
  readonly close: () => Promise<void>;
};

/** Buddy at an address, for one caller. Nothing is asked yet. @throws BuddyError without a token */
export const connect = (options: ConnectOptions = {}): Buddy => {
  const { BUDDY_ENDPOINT = "http://127.0.0.1:7717", BUDDY_TOKEN, BUDDY_WORKER_TOKEN } = process.env;
  const { agent, fetch = globalThis.fetch, token = BUDDY_TOKEN ?? "" } = options;
  if (token === "") {
    throw new BuddyError("there is no token", {
      remedy:
        "give one, or set $BUDDY_TOKEN: on one machine `buddy agents token <agent>`, of a worker `buddy workers token <group>`",
    });
  }
  const workerToken = options.workerToken ?? BUDDY_WORKER_TOKEN ?? token;
  const url = (options.url ?? BUDDY_ENDPOINT).replace(/\/+$/u, "");
  const http: Http = httpOver({ url, token, fetch });
  const workersHttp: Http = httpOver({ url, token: workerToken, fetch });
  const workers: Worker[] = [];
  const worker = (work: WorkerOptions): Worker => {
    const started = startWorker(workersHttp, work);
    workers.push(started);
    return started;
  };
  return {
    agent,
    calls: callsOver(http, agent),
    plans: plansOver(http),
    approvals: approvalsOver(http),
    contract: (tool_name) =>
      http<Contract>({ method: "GET", path: `/contracts/${encodeURIComponent(tool_name)}`, repeatable: true }),
    worker,
    serving: new Serving(worker),
    close: async () => {
      await Promise.all(workers.map((each) => each.stop()));
    },
  };
};
