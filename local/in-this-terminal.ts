import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** The exit code of a program whose person left: at a question, by Ctrl-C, or by a signal. */
export const LEFT = 130;

type Env = Readonly<Record<string, string>>;

/** How a program ends that a person's Ctrl-C reached, or a supervisor's wish to end: by the signal itself, or by its code. */
const END_OF_WHO_LEFT: ReadonlySet<number | NodeJS.Signals | null> = new Set(["SIGINT", "SIGTERM", LEFT]);

export type Terminal = {
  /** Runs `buddy` as anybody would. @returns its exit code; `LEFT`, and runs nothing, once the person has left */
  readonly buddy: (env: Env, ...argv: string[]) => Promise<number>;
};

/** Runs programs in this terminal, one after the other, until its person leaves: the one that runs ends then, and none begins. */
export const inThisTerminal = (root: string): Terminal => {
  let running: ChildProcess | undefined;
  let left = false;
  const leave = (signal: NodeJS.Signals): void => {
    // Twice: there is no patience for an end in order.
    if (left) process.exit(LEFT);
    left = true;
    // A terminal tells every program in it of Ctrl-C; told a second time, it would end without a word.
    if (signal !== "SIGINT" || !process.stdin.isTTY) running?.kill(signal);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  const run = (env: Env, argv: readonly string[]): Promise<number> => {
    console.log(`\n$ buddy ${argv.join(" ")}`);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const child = spawn(process.execPath, [join(root, "cli", "buddy.ts"), ...argv], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    running = child;
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // The end of a program can be told here before the Ctrl-C that ended it is.
      left ||= END_OF_WHO_LEFT.has(signal ?? code);
      resolve(code ?? 1);
    });
    return promise.finally(() => {
      running = undefined;
    });
  };
  return {
    buddy: async (env, ...argv) => {
      if (left) return LEFT;
      const code = await run(env, argv);
      return left ? LEFT : code;
    },
  };
};
