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

it.each([
  [
    "a number that none can hold",
    '{"plans": [{"confidence": 1e400}]}',
    "/plans/0/confidence Infinity is not a JSON number",
  ],
  [
    "a name that objects keep for themselves",
    '{"a": {"__proto__": 1}}',
    "/a/__proto__ __proto__ cannot be a field name",
  ],
  ["thousands of levels", `${"[".repeat(3_000)}${"]".repeat(3_000)}`, "is nested deeper than 1000 levels"],
])("a file with %s is refused with the place, and nothing is sent", async (_what, text, why) => {
  const buddy = fakeContext({ files: { "plan.json": text } });
  expect(await buddy.run("run", "plan.json")).toBe(EXIT.usage);
  expect(buddy.stderr()).toContain("plan.json cannot be sent: ");
  expect(buddy.stderr()).toContain(why);
  expect(buddy.sent).toEqual([]);
});

it("a group of commands of which none is named says so to a program in words", async () => {
  const buddy = fakeContext({});
  expect(await buddy.run("--json", "contracts")).toBe(EXIT.usage);
  expect(JSON.parse(buddy.stdout()).error.message).toBe("one of its commands is missing");
});
