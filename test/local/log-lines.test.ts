import { expect, it } from "vitest";
import { logLines } from "../../local/log-lines.ts";

const placeOf = (isFile: boolean) => {
  const written: string[] = [];
  /** In bytes; Infinity where nothing is known to fill it. */
  const disk = { room: Number.POSITIVE_INFINITY };
  const append = (bytes: Uint8Array): number => {
    if (disk.room === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    const found = bytes.subarray(0, disk.room);
    disk.room -= found.length;
    written.push(Buffer.from(found).toString());
    return found.length;
  };
  const send = (line: string): void => {
    written.push(line);
  };
  return { written, disk, lines: logLines({ isFile, append, send }) };
};

it("a log on a disk without room loses lines, ends nothing, and says how many once there is room", () => {
  const { written, disk, lines } = placeOf(true);
  lines("one\n");
  disk.room = 0;
  lines("two\n");
  lines("three\n");
  disk.room = Number.POSITIVE_INFINITY;
  lines("four\n");
  lines("five\n");
  expect(written).toEqual([
    "one\n",
    '{"level":"WARN","message":"lines of the log found no room","lines":2}\nfour\n',
    "five\n",
  ]);
});

it("a log of whose line a part found room counts it as lost, and begins a new line after it", () => {
  const { written, disk, lines } = placeOf(true);
  disk.room = 4;
  lines("one line\n");
  lines("two\n");
  disk.room = 3;
  lines("three\n");
  disk.room = Number.POSITIVE_INFINITY;
  lines("four\n");
  const whole = written.join("").split("\n");
  expect(whole.slice(-3)).toEqual([
    '{"level":"WARN","message":"lines of the log found no room","lines":3}',
    "four",
    "",
  ]);
  expect(whole[0]).toBe("one ");
});

it("a log whose stream fails ends nothing", () => {
  const { lines } = placeOf(false);
  expect(() => process.stderr.emit("error", Object.assign(new Error("EPIPE"), { code: "EPIPE" }))).not.toThrow();
  lines("one\n");
});
