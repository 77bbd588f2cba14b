import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { CliError } from "../../../cli/client/problem.ts";
import { EXIT } from "../../../cli/exit-codes.ts";
import { mustBeWritable, writeOut } from "../../../cli/terminal/writing.ts";
import { fakeContext } from "../fake-context.ts";

const refusal = (doing: Promise<void>): Promise<unknown> =>
  doing.then(
    () => "nothing was refused",
    (error: unknown) => error,
  );

const content = Buffer.from("{}");

/** Names in a folder where nothing can be written, each for another reason. */
const unwritable = async () => {
  const folder = await mkdtemp(join(inject("temporaryFolder"), "writing-"));
  await writeFile(join(folder, "file"), "kept");
  await mkdir(join(folder, "folder"));
  await symlink(join(folder, "gone"), join(folder, "link"));
  await symlink(join(folder, "round"), join(folder, "round"));
  return folder;
};

it.each([
  ["below a file", "file/x"],
  ["over links in a circle", "round"],
  ["below links in a circle", "round/x"],
  ["below a link that leads nowhere", "link/x"],
  ["over a link that leads nowhere", "link"],
  ["under too long a name", "x".repeat(300)],
  ["under too long a name in a folder that is not there", join("new", "x".repeat(300))],
  ["under a name that no machine takes", "a\u0000b"],
])("a path %s is refused by name before anything is written, as a file and as a folder", async (_, name) => {
  const folder = await unwritable();
  const path = join(folder, name);
  for (const place of ["file", "folder"] as const) {
    const error = await refusal(mustBeWritable(path, place));
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ exit_code: EXIT.usage, remedy: "name another path" });
    expect(String(error)).toContain(`${path} cannot be written: `);
  }
  expect((await readdir(folder)).sort()).toEqual(["file", "folder", "link", "round"]);
});

it("a path that is a folder is refused as a file, and a path that is a file as a folder", async () => {
  const folder = await unwritable();
  expect(String(await refusal(mustBeWritable(join(folder, "folder"), "file")))).toContain("it is a folder");
  expect(String(await refusal(mustBeWritable(join(folder, "file"), "folder")))).toContain("has that name");
  expect(String(await refusal(mustBeWritable(join(folder, "new", "/"), "file")))).toContain("the name of a folder");
  expect(String(await refusal(writeOut(join(folder, "folder"), content)))).toContain("it is a folder");
  expect(String(await refusal(writeOut(join(folder, "file", "x"), content)))).toContain("cannot be written: ");
});

it.runIf(process.platform === "linux")("a path where the machine makes nothing is refused", async () => {
  for (const place of ["file", "folder"] as const) {
    expect(await refusal(mustBeWritable("/proc/outputs", place))).toMatchObject({ exit_code: EXIT.usage });
  }
});

it("a path that can be written to is as it was before, and written to then", async () => {
  const folder = await unwritable();
  await mustBeWritable(join(folder, "file"), "file");
  await mustBeWritable(join(folder, "a", "b", "c"), "folder");
  await mustBeWritable(join(folder, "a", "b", "c"), "file");
  await mustBeWritable(join(folder, "new"), "file");
  expect((await readdir(folder)).sort()).toEqual(["file", "folder", "link", "round"]);
  expect(await readFile(join(folder, "file"), "utf8")).toBe("kept");
  await writeOut(join(folder, "a", "b", "c"), content);
  expect(await readFile(join(folder, "a", "b", "c"), "utf8")).toBe("{}");
});

const TIMES = Array.from({ length: 60 }, (_, time) => `t${time}`);

describe("two commands that are started at the same moment", () => {
  it("a folder that is not there yet can be looked at by both", async () => {
    const folder = await unwritable();
    for (const time of TIMES) {
      const path = join(folder, time, "outputs");
      await Promise.all([mustBeWritable(path, "folder"), mustBeWritable(path, "folder")]);
    }
  });

  it("a folder that one looks at can be written into by the other, and what was written stays", async () => {
    const folder = await unwritable();
    for (const time of TIMES) {
      const path = join(folder, time, "outputs");
      const file = join(path, "e1", "log.json");
      await Promise.all([mustBeWritable(path, "folder"), mustBeWritable(file, "file"), writeOut(file, content)]);
      expect(await readFile(file, "utf8")).toBe("{}");
    }
  });

  it("a file that one looks at can be written by the other, and what was written stays", async () => {
    const folder = await unwritable();
    for (const time of TIMES) {
      const path = join(folder, `${time}.json`);
      const other = mustBeWritable(path, "file").then(() => writeOut(path, content));
      await Promise.all([mustBeWritable(path, "file"), other]);
      expect(await readFile(path, "utf8")).toBe("{}");
    }
  });

  it("a file that one removes while the other looks at it is not made by the look", async () => {
    const folder = await unwritable();
    for (const time of TIMES) {
      const path = join(folder, `${time}.json`);
      await writeOut(path, content);
      await Promise.all([mustBeWritable(path, "file"), rm(path)]);
      expect(await readdir(folder)).not.toContain(`${time}.json`);
    }
  });
});

it.each([
  ["run", ["run", "plans.json"]],
  ["follow", ["follow", "e1"]],
  ["artifacts", ["artifacts", "e1"]],
  ["contracts import mcp", ["contracts", "import", "mcp", "crm"]],
  ["contracts import openapi", ["contracts", "import", "openapi", "crm.json"]],
  ["contracts template", ["contracts", "template", "ghl_search"]],
  ["approvals", ["approvals", "a1"]],
])("a path that cannot be written to is refused before anything is asked for by %s", async (name, words) => {
  const files = { "plans.json": '{"plans":[]}', "crm.json": "{}" };
  const buddy = fakeContext({ files, unwritable: ["there"], answer: () => ({ status: 500, body: {} }) });
  expect(await buddy.run(...words, name === "approvals" ? "--picture" : "--out", "there")).toBe(EXIT.usage);
  expect(buddy.stderr()).toContain("there cannot be written");
  expect(buddy.sent).toEqual([]);
});
