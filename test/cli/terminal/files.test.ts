import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { readBytes, readFolder, readSaved } from "../../../cli/terminal/files.ts";

const temporaryFolder = (): Promise<string> => mkdtemp(join(inject("temporaryFolder"), "files-"));

it("a file that is read is its bytes, and nothing where there is none, nor a folder to hold it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "a");
  await writeFile(path, "hello");
  for (const read of [readBytes, readSaved]) {
    expect(Buffer.from((await read(path)) ?? []).toString()).toBe("hello");
    expect(await read(join(folder, "none"))).toBeUndefined();
    expect(await read(join(path, "within"))).toBeUndefined();
  }
  expect(await readFolder(folder)).toEqual(["a"]);
  expect(await readFolder(path)).toBeUndefined();
});

it("a folder in the place of a file is said to be one", async () => {
  const path = join(await temporaryFolder(), "manifest.json");
  await mkdir(path);
  for (const read of [readBytes, readSaved]) await expect(read(path)).rejects.toThrow("is a folder, and was not read");
});

it.skipIf(process.platform === "win32")(
  "what is no file, in the place of what was saved, is not waited for",
  async () => {
    const path = join(await temporaryFolder(), "tool_conflicts.json");
    const server = createServer().listen(path);
    await once(server, "listening");
    await expect(readSaved(path)).rejects.toThrow("is no file, and was not read");
    server.close();
  },
);
