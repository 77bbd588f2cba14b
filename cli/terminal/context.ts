import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { isFile, readBytes, readFolder, readSaved } from "./files.ts";
import { localPrograms } from "./local-programs.ts";
import type { Output } from "./output.ts";
import { plainProgress, terminalBar } from "./progress-bar.ts";
import { terminalPrompts } from "./prompts.ts";
import { textOfBytes, textOfStdin } from "./text-of-bytes.ts";

const NARROWEST = 40;

/** Where there is no account of that number (some containers), there is no name. */
const userName = (env: NodeJS.ProcessEnv): string => {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? "somebody";
  }
};

/** Colours on a terminal that has them, or where they are asked for; NO_COLOR, even empty, turns them off. */
const wantsColor = (env: NodeJS.ProcessEnv, terminal: boolean): boolean => {
  if (env.NO_COLOR !== undefined) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0";
  return terminal && env.TERM !== "dumb";
};

/** The first signal asks to end in order; the second does not wait for it. */
const politeEnd = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    resolve();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return promise;
};

/** The real thing: this process, its terminal, its files. */
export const terminalContext = (output: Output): Context => {
  const { out, err, unread } = output;
  const { env, stdout, stdin } = process;
  const terminal = stdout.isTTY === true;
  let interruption: Promise<void> | undefined;
  const json = process.argv.includes("--json");
  return {
    env,
    user: userName(env),
    out,
    err,
    interactive: terminal && stdin.isTTY === true && env.CI === undefined,
    columns: terminal ? Math.max(NARROWEST, stdout.columns) : Number.POSITIVE_INFINITY,
    paint: pc.createColors(wantsColor(env, terminal)),
    prompts: terminalPrompts,
    progressBar: () => (terminal && !json ? terminalBar(stdout) : plainProgress(json ? err : out)),
    fetch: globalThis.fetch,
    now: () => new Date(),
    wait: (ms) => sleep(ms),
    unread,
    interrupted: () => {
      interruption ??= politeEnd();
      return interruption;
    },
    readFile: async (path) => textOfBytes(await readFile(path)),
    pipes: () => ({ input: stdin, output: stdout }),
    readStdin: async () => textOfStdin(await buffer(stdin)),
    readBytes,
    readSaved,
    isFile,
    readFolder,
    mustBeWritable: async (path, place) => (await import("./writing.ts")).mustBeWritable(path, place),
    writeFile: async (path, content) => (await import("./writing.ts")).writeOut(path, content),
    local: localPrograms,
  };
};
