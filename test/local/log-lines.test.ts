import { expect, it } from "vitest";
import { logLines } from "../../local/log-lines.ts";

const placeOf = (isFile: boolean) => {
  const written: string[] = [];
  const disk = { full: false };
  const write = (line: string): void => {
    if (disk.full) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    written.push(line);
  };
  return { written, disk, lines: logLines({ isFile, append: write, send: write }) };
};

it("a log on a disk without room loses lines, ends nothing, and says how many once there is room", () => {
  const { written, disk, lines } = placeOf(true);
  lines("one\n");
  disk.full = true;
  lines("two\n");
  lines("three\n");
  disk.full = false;
  lines("four\n");
  lines("five\n");
  expect(written).toEqual([
    "one\n",
    '{"level":"WARN","message":"lines of the log found no room","lines":2}\nfour\n',
    "five\n",
  ]);
});

it("a log whose stream fails ends nothing", () => {
  const { lines } = placeOf(false);
  expect(() => process.stderr.emit("error", Object.assign(new Error("EPIPE"), { code: "EPIPE" }))).not.toThrow();
  lines("one\n");
});
