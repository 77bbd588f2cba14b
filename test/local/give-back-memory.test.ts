import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { giveBackMemory, whenAtRest } from "../../local/give-back-memory.ts";
import { virtualTime } from "../harness/virtual-time.ts";

const settled = async (): Promise<void> => {};

/** Times at which memory was given back, in seconds, given how much the loop had to do in each span of five. */
const givenBackAt = async (work: readonly number[], stopAfter = work.length * 5): Promise<number[]> => {
  const time = virtualTime("2026-03-02T09:00:00.000Z");
  const start = time.clock.now().getTime();
  const seconds = (): number => (time.clock.now().getTime() - start) / 1000;
  const given: number[] = [];
  const stop = whenAtRest(
    time.timer,
    () => given.push(seconds()),
    () => work[seconds() / 5 - 1] ?? 0,
  );
  await time.pass(stopAfter, settled);
  stop();
  await time.pass(600, settled);
  return given;
};

describe("a process that has come to rest", () => {
  it("a process that has come to rest gives back what it does not need once, and again only after it worked again", async () => {
    expect(await givenBackAt([0.9, 0.5, 0.02, 0, 0, 0.3, 0.01, 0])).toEqual([15, 35]);
  });

  it("a process that works keeps what it has", async () => {
    expect(await givenBackAt([0.9, 0.2, 0.15, 1])).toEqual([]);
  });

  it("a process gives nothing back once it was stopped", async () => {
    expect(await givenBackAt([0.9, 0.9, 0, 0], 10)).toEqual([]);
  });

  it("a process that has come to rest goes on without a word where nothing can be given back", () => {
    expect(globalThis.gc).toBeUndefined();
    expect(giveBackMemory()).toBeUndefined();
  });
});

describe("the server's Node", () => {
  it("the server's Node is given the same flags by the npm script and by the installed command, gc() among them", async () => {
    const [manifest, command] = await Promise.all(["package.json", "cli/bin.js"].map((file) => readFile(file, "utf8")));
    const { buddy } = JSON.parse(manifest ?? "").scripts;
    const flags = String(buddy).match(/--\S+/g);
    expect(flags).toContain("--expose-gc");
    expect(command?.split("\n")[0]?.match(/--\S+/g)).toEqual(flags);
  });
});
