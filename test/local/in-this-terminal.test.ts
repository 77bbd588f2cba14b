import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inThisTerminal, LEFT } from "../../local/in-this-terminal.ts";

describe("programs that run one after the other in this terminal", () => {
  let root: string;
  let before: Record<"SIGINT" | "SIGTERM", NodeJS.SignalsListener[]>;
  beforeEach(async () => {
    before = { SIGINT: process.listeners("SIGINT"), SIGTERM: process.listeners("SIGTERM") };
    root = await mkdtemp(join(tmpdir(), "buddy-terminal-"));
    await mkdir(join(root, "cli"));
  });
  afterEach(async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      for (const listener of process.listeners(signal))
        if (!before[signal].includes(listener)) process.removeListener(signal, listener);
    await rm(root, { recursive: true, force: true });
  });
  const endsBy = (program: string): Promise<void> => writeFile(join(root, "cli", "buddy.ts"), program);

  it.each([
    ["SIGINT", 'process.kill(process.pid, "SIGINT"); setInterval(() => undefined, 1_000);'],
    ["SIGTERM", 'process.kill(process.pid, "SIGTERM"); setInterval(() => undefined, 1_000);'],
    ["the code of who left", `process.exit(${LEFT});`],
  ])("one that ended by %s says that the person left, whoever is told of the Ctrl-C first", async (_by, program) => {
    await endsBy(program);
    const { buddy } = inThisTerminal(root);
    expect(await buddy({}, "contracts", "add")).toBe(LEFT);
    await endsBy("process.exit(0);");
    expect(await buddy({}, "run")).toBe(LEFT);
  });

  it("an end by any other code is told as it is, and the next one runs", async () => {
    await endsBy("process.exit(8);");
    const { buddy } = inThisTerminal(root);
    expect(await buddy({}, "contracts", "add")).toBe(8);
    await endsBy("process.exit(0);");
    expect(await buddy({}, "run")).toBe(0);
  });
});
