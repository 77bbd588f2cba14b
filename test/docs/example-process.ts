import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";

export type Example = { readonly host: string; stop(): void };

/** A service of the examples in a process of its own, as it is started by hand but for its port. */
export const startExample = async (
  program: string,
  files: readonly string[],
  told: { readonly [name: string]: string },
): Promise<Example> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../..", program), ...files], {
    env: { ...process.env, ...told, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const [, port] = /port: (\d+)/.exec(String(line)) ?? [];
  expect(port, String(line)).toBeDefined();
  return { host: `localhost:${port}`, stop: () => void child.kill() };
};
