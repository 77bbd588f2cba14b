import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../../cli/exit-codes.ts";
import { outputOn } from "../../../cli/terminal/output.ts";

/** A stream that fails with this code at each write, or takes it. */
const stream = (code?: string) => {
  const written: string[] = [];
  const writable = new Writable({
    write: (chunk, _encoding, done) => {
      if (code !== undefined) return done(Object.assign(new Error(`${code}: words of the machine`), { code }));
      written.push(String(chunk));
      done();
    },
  });
  return { writable, written };
};

const said = async (stdout: Writable, stderr: Writable) => {
  const output = outputOn(stdout, stderr);
  output.out("a line");
  await output.unread;
  output.out("another, which nobody takes");
  return output;
};

describe("stdout that nobody takes any more", () => {
  it("stdout whose reader left changes nothing of a command's exit code, and nothing is said", async () => {
    const stderr = stream();
    const { exitCode } = await said(stream("EPIPE").writable, stderr.writable);
    expect([exitCode(EXIT.ok), exitCode(EXIT.waiting_for_people)]).toEqual([EXIT.ok, EXIT.waiting_for_people]);
    expect(stderr.written).toEqual([]);
  });

  it("stdout on a full disk makes no success, and keeps what else the command ended with", async () => {
    const stderr = stream();
    const { exitCode } = await said(stream("ENOSPC").writable, stderr.writable);
    expect([exitCode(EXIT.ok), exitCode(EXIT.waiting_for_people)]).toEqual([EXIT.usage, EXIT.waiting_for_people]);
    expect(stderr.written[0]).toBe(
      "error: stdout cannot be written: the disk is full; what was done counts, what it said is not whole\n",
    );
  });

  it("stdout that takes nothing ends nothing where stderr takes nothing either", async () => {
    const { exitCode } = await said(stream("ENOSPC").writable, stream("EIO").writable);
    expect(exitCode(EXIT.not_found)).toBe(EXIT.not_found);
  });
});

it("stdout that is read to its end gets each line, and the command's exit code counts", () => {
  const stdout = stream();
  const output = outputOn(stdout.writable, stream().writable);
  output.out("one");
  output.out("two");
  expect(stdout.written).toEqual(["one\n", "two\n"]);
  expect(output.exitCode(EXIT.ok)).toBe(EXIT.ok);
});
