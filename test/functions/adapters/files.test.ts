import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileArtifacts } from "../../../functions/adapters/files/artifact-files.ts";
import { safePath } from "../../../functions/adapters/files/safe-path.ts";
import { describeArtifactFiles, overwrite } from "../../ports/bodies.ts";
import { numbers } from "../../ports/records.ts";

let root = "";
let count = 0;
const folder = (): string => {
  count += 1;
  return join(root, String(count));
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-files-"));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("in files", () => {
  describeArtifactFiles(async () => fileArtifacts(folder()));

  it("a name never leads out of the folder of files, and no two names lead to one file", () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("..", ".", "../..", "/etc/passwd", "a/../b", "C:\\x", "%2e%2e", "a*b"),
    );
    fc.assert(
      fc.property(name, name, (one, other) => {
        const paths = [one, other].map((part) => pathOf(part));
        for (const path of paths) {
          if (path !== undefined) expect(relative("/root", path).split(sep)).toHaveLength(1);
          if (path !== undefined) expect(path.startsWith("/root/")).toBe(true);
        }
        if (one !== other && paths[0] !== undefined) expect(paths[0]).not.toBe(paths[1]);
      }),
    );
    for (const dots of ["", ".", "..", "..."]) expect(() => safePath("/root", dots)).toThrow(RangeError);
  });

  it("what a death left half written is gone once the file is written again", async () => {
    const at = folder();
    await mkdir(join(at, "e1"), { recursive: true });
    await writeFile(join(at, "e1", "a.json.tmp~"), '{"half');
    const files = fileArtifacts(at);
    expect(await files.list("e1")).toEqual([]);
    await overwrite(files, "e1", "a.json", "{}");
    expect(await readdir(join(at, "e1"))).toEqual(["a.json"]);
    expect(await files.read("e1", "a.json")).toBe("{}");
  });

  it("a reader sees the old content or the new, never half of it, and nothing is left behind", async () => {
    const files = fileArtifacts(folder());
    const contents = numbers(8).map((n) => String(n).repeat(200_000));
    const written = (async () => {
      for (const content of contents) await overwrite(files, "e1", "a.json", content);
    })();
    const read = await Promise.all(numbers(30).map(() => files.read("e1", "a.json")));
    await written;
    for (const content of read) expect(content === undefined || contents.includes(content)).toBe(true);
    expect(await files.list("e1")).toEqual(["a.json"]);
    expect(await readdir(join(root, String(count), "e1"))).toEqual(["a.json"]);
    expect(contents).toContain(await readFile(join(root, String(count), "e1", "a.json"), "utf8"));
  });
});

/** @returns undefined for a name that is refused. */
const pathOf = (name: string): string | undefined => {
  try {
    return safePath("/root", name);
  } catch (error) {
    if (error instanceof RangeError || error instanceof URIError) return undefined;
    throw error;
  }
};
