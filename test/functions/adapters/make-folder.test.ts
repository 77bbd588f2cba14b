import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeFolder } from "../../../functions/adapters/files/make-folder.ts";
import { whyNotMade } from "../../../shared/shown/file-refusals.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it("a folder is made with those above it, and is taken where it is there, by a link too", async () => {
  const deep = join(root, "a", "b", "c");
  await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(join(root, "a", "d"), 0o700)]);
  await makeFolder(`${deep}/`);
  await symlink(deep, join(root, "link"));
  await makeFolder(join(root, "link"));
  expect((await stat(deep)).isDirectory()).toBe(true);
});

it("a folder is made by several at once, each with those above it", async () => {
  const roots = Array.from({ length: 50 }, (_, place) => join(root, `${place}`));
  const made = roots.map((one) => ["a/b/c", "a/b/c", "a/b", "a/d"].map((way) => makeFolder(join(one, way))));
  await Promise.all(made.flat());
  for (const one of roots) expect((await stat(join(one, "a", "b", "c"))).isDirectory()).toBe(true);
});

it("a folder that cannot be made is refused in words", async () => {
  await writeFile(join(root, "file"), "");
  await symlink(join(root, "nowhere"), join(root, "dangling"));
  await symlink("loop", join(root, "loop"));
  const why = (name: string) => makeFolder(join(root, name)).then(() => "made", whyNotMade);
  expect(await why("file")).toBe("a file, or a link that leads nowhere, has that name");
  expect(await why("file/in")).toBe("a part of the name is a file, not a folder");
  expect(await why("dangling/in/it")).toBe("a file, or a link that leads nowhere, has that name");
  expect(await why("loop/in")).toBe("its links lead in a circle");
  expect(await why("n".repeat(300))).toBe("the name is too long");
});

// Node's own way would not end there: the limit of a test stops waiting, and the thread goes on.
it.skipIf(process.platform !== "linux")("a folder below /proc is refused, and not tried without end", async () => {
  for (const path of ["/proc/self/x", "/proc/self/x/y/z"]) {
    expect(await makeFolder(path).then(() => "made", whyNotMade)).toBe("no folder can be made there");
  }
});

it("a folder is made for its owner alone where that is wanted", async () => {
  if (process.platform === "win32") return;
  await mkdir(join(root, "there"));
  await makeFolder(join(root, "there", "own", "deep"), 0o700);
  for (const name of ["own", "own/deep"]) expect((await stat(join(root, "there", name))).mode & 0o077).toBe(0);
});
