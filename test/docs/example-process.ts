import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";

const root = join(import.meta.dirname, "../..");

export type Example = { readonly host: string; stop(): void };

/** The first line of a program with such words. @throws where it ended without one */
const lineOf = async (child: ChildProcess, words: RegExp): Promise<RegExpExecArray> => {
  if (child.stdout === null) throw new Error("the program's words are not heard");
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const found = words.exec(line);
    said.push(line);
    if (found === null) continue;
    // The words that follow are read by nobody, and must not hold it up.
    child.stdout.resume();
    return found;
  }
  throw new Error(`it ended, and had said: ${said.join("\n")}`);
};

/** A service of the examples in a process of its own, as it is started by hand but for its port. */
export const startExample = async (
  program: string,
  files: readonly string[],
  told: { readonly [name: string]: string },
): Promise<Example> => {
  const child = spawn(process.execPath, [join(root, program), ...files], {
    env: { ...process.env, ...told, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [, port] = await lineOf(child, /port: (\d+)/);
  return { host: `localhost:${port}`, stop: () => void child.kill() };
};

/** Buddy in a process of its own, as a page says that it is started but for its folder and port; ended as by Ctrl-C. */
export const startBuddy = async (
  words: readonly string[],
  folder: string,
  told: { readonly [name: string]: string },
): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const own = ["--port", "0", "--data", folder];
  const child = spawn(process.execPath, [join(root, "cli/bin.js"), ...words, ...own], {
    env: { ...process.env, ...told, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await lineOf(child, /http:\/\/127\.0\.0\.1:\d+/);
  const ended = once(child, "exit");
  return {
    url,
    stop: async () => {
      child.kill("SIGINT");
      expect((await ended)[0]).toBe(0);
    },
  };
};
