import { join } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import { jsonLines } from "../functions/adapters/log/json-lines.ts";
import { tracingOf } from "../functions/adapters/tracing/tracing-of.ts";
import { serveConsole } from "../functions/api/console/serve-console.ts";
import { wholeApi } from "../functions/api/endpoints.ts";
import { lastAnswers } from "../functions/api/http/last-answers.ts";
import { createRouter } from "../functions/api/router.ts";
import { answerSlack } from "../functions/api/slack/answer-slack.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import type { Log } from "../shared/ports/log.ts";
import { localConsole } from "./console.ts";
import { onFiles } from "./files-refused.ts";
import { giveBackMemory, whenAtRest } from "./give-back-memory.ts";
import { logLines } from "./log-lines.ts";
import { answerProofs } from "./proof.ts";
import type { Reach } from "./reach.ts";
import { answerSignIns } from "./sign-in.ts";
import { type Stack, startStack } from "./stack.ts";
import { identifyByKey, localKey } from "./tokens.ts";
import type { StackOptions } from "./wiring.ts";

/** Loopback only, and one address of it: what a client asks for proof is who listens there. */
const HOST = "127.0.0.1";

export type ServerOptions = Pick<
  StackOptions,
  "data_dir" | "registry_open" | "policy" | "observe" | "tell" | "tracing"
> &
  Partial<Reach> & {
    /** Port on 127.0.0.1; 0 takes a free one. */
    readonly port: number;
    /** Members of Slack by their id, and the person each is. */
    readonly slack_people?: Readonly<Record<string, string>>;
    /** True turns LIVE on; false leaves the switch as it was left. */
    readonly live_enabled: boolean;
    /** Where artifacts are written; `<data_dir>/outputs` unless said. */
    readonly outputs_dir?: string;
    readonly log?: Log;
    /** Whether errors are written with their words, which may quote arguments; false unless said. */
    readonly log_details?: boolean;
  };

export type RunningServer = {
  readonly url: string;
  /** The switch as it stands. */
  readonly live_enabled: boolean;
  readonly stack: Stack;
  /** Signs a person in to the console: once, within minutes. */
  consoleLink(name: string): string;
  /** @returns what goes on when the folder is served again */
  stop(): Promise<LeftOff>;
};

/** Executions that had not ended, and calls that had no answer. */
export type LeftOff = { readonly executions: number; readonly calls: number };

/** The port is taken, by another server perhaps. */
export class PortTaken extends Surprise {
  override readonly name = "PortTaken";
  constructor(port: number, cause: unknown) {
    super(`port ${port} is taken: another server may be running; choose one with --port`, { cause });
  }
}

/**
 * Buddy on one machine: the API that is deployed, on loopback only, over the embedded stack. Tokens are made from the
 * key in the data folder; whoever can read it can be anybody.
 * @throws FolderInUse when another process has the data folder, PortTaken, KeyReadableByOthers, KeyDamaged,
 * SigningKeyGone, DataFolderUnusable, TakeOverNeeded, EarlierStarted, DatabaseNewer, DatabaseUnusable,
 * FilesRefused
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { data_dir, registry_open } = options;
  let address = "";
  const log = options.log ?? jsonLines({ least: "warn", write: logLines(), details: options.log_details ?? false });
  const stack = await startStack({
    data_dir,
    consoleUrl: () => (address === "" ? null : `http://${address}/console`),
    outputs_dir: options.outputs_dir ?? join(data_dir, "outputs"),
    log,
    registry_open,
    live_enabled: options.live_enabled ? true : undefined,
    policy: { slack_people: options.slack_people ?? {}, ...options.policy },
    tracing: options.tracing ?? (await tracingOf(process.env, (words) => log.warn(words))),
    reach: {
      allowed_hosts: options.allowed_hosts ?? [],
      networks: options.networks ?? [],
      allowed_commands: options.allowed_commands ?? [],
      authorities: options.authorities ?? [],
    },
    ...(options.observe === undefined ? {} : { observe: options.observe }),
    ...(options.tell === undefined ? {} : { tell: options.tell }),
  });
  try {
    const key = await onFiles(data_dir, [], () => localKey(data_dir));
    const served = { ...stack.deps, toolbox: stack.previewing };
    const last = lastAnswers();
    const app = createRouter(served, { identify: identifyByKey(key, stack.deps.wallClock.now), last, ...wholeApi });
    answerSlack(app, stack.deps);
    answerProofs(app, key, () => address);
    serveConsole(app, localConsole());
    const linkFor = answerSignIns(app, { key, address: () => address, now: stack.deps.wallClock.now });
    const { server, port } = await listen(app.fetch, options.port);
    address = `${HOST}:${port}`;
    const stopGivingBack = whenAtRest(stack.deps.timer, () => {
      stack.forget();
      giveBackMemory();
    });
    return {
      url: `http://${HOST}:${port}`,
      live_enabled: await stack.deps.settings.liveEnabled(),
      stack,
      consoleLink: (name) => `http://${address}${linkFor(name)}`,
      stop: async () => {
        stopGivingBack();
        const closed = close(server);
        last.now();
        await closed;
        const left = await leftOff(stack);
        await stack.stop();
        return left;
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
};

type Fetch = Parameters<typeof serve>[0]["fetch"];

const listen = (fetch: Fetch, port: number): Promise<{ server: ServerType; port: number }> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST }, (info) => resolve({ server, port: info.port }));
    server.once("error", (error: Error & { code?: string }) => {
      reject(error.code === "EADDRINUSE" ? new PortTaken(port, error) : error);
    });
  });

const leftOff = async ({ deps }: Stack): Promise<LeftOff> => {
  const [running, calls] = await Promise.all([deps.executions.running(), deps.inFlightCalls.all()]);
  return { executions: running.length, calls: calls.length };
};

/** For requests under way to be answered; those that wait for something to happen are told to wait no more. */
const GRACE_MS = 2_000;
const IDLE_MS = 50;

/** Stops taking requests; those under way have a moment to be answered, idle connections are not waited for. */
const close = (server: ServerType): Promise<void> =>
  new Promise((resolve, reject) => {
    const cut = setTimeout(() => {
      if ("closeAllConnections" in server) server.closeAllConnections();
    }, GRACE_MS);
    // One that is kept open after its answer is idle only then.
    const idle = setInterval(() => {
      if ("closeIdleConnections" in server) server.closeIdleConnections();
    }, IDLE_MS);
    server.close((error) => {
      clearTimeout(cut);
      clearInterval(idle);
      if (error === undefined) resolve();
      else reject(error);
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
