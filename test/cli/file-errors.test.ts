import { expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { fakeContext } from "./fake-context.ts";

const failing = async (code: string) => {
  const buddy = fakeContext({});
  buddy.context.local.backUp = async () => {
    throw Object.assign(new Error(`${code}: words of the machine`), { code, path: "/backups/b1", syscall: "open" });
  };
  return { exit: await buddy.run("backup", "/backups/b1"), said: buddy.stderr() };
};

it.each([
  ["EACCES", "you have no right to it"],
  ["EROFS", "it is on a disk that is read only"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of the name is a file, not a folder"],
  ["ENAMETOOLONG", "the name is too long"],
])("a file that the machine refuses with %s is named with what is wrong, and is nobody's defect", async (code, why) => {
  const { exit, said } = await failing(code);
  expect(exit).toBe(EXIT.usage);
  expect(said).toContain(`/backups/b1 cannot be used: ${why}`);
  expect(said).not.toContain("defect");
});

it("an error of a file that nobody accounted for stays a defect, with its stack", async () => {
  const { exit, said } = await failing("ENOENT");
  expect(exit).toBe(EXIT.internal);
  expect(said).toContain("a defect in buddy: Error: ENOENT");
});

it.each([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "you have no right to it"],
])("a file that is to be read and gives %s is named with what is wrong, in words", async (code, why) => {
  const buddy = fakeContext({});
  Object.assign(buddy.context, {
    readFile: async () => {
      throw Object.assign(new Error(`${code}: words of the machine, read`), { code });
    },
  });
  expect(await buddy.run("run", "dir.json")).toBe(EXIT.usage);
  expect(buddy.stderr()).toContain(`cannot read dir.json: ${why}`);
  expect(buddy.stderr()).not.toContain(code);
});
