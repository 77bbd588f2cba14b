import { expect, test } from "vitest";
import { checkOwnWords } from "../../checks/own-words.ts";

const machine = { folder: "/srv/checkouts/buddy", home: "/srv/people/alice", hostname: "build-host-7" };
const faults = (text: string, path = "docs/a.md"): string[] => checkOwnWords([{ path, text }], machine);

test.each([
  ["the folder it is checked out to", "see /srv/checkouts/buddy/docs"],
  ["the home folder", "cd /srv/people/alice"],
  ["somebody's folder", `ls ${"/home"}/bob/buddy`],
  ["somebody's folder on a Mac", `ls ${"/Users"}/bob`],
  ["this machine", "ssh build-host-7"],
])("a line that names %s is told of", (_what, text) => {
  expect(faults(`first\n${text}`)).toEqual([expect.stringMatching(/^docs\/a\.md:2: /)]);
});

test("a name of one part is too common a word to look for", () => {
  expect(
    checkOwnWords([{ path: "a.md", text: "GET /app" }], { folder: "/app", home: "/root", hostname: "web" }),
  ).toEqual([]);
});

test("the lockfile fetches from npm's default registry, or leaves the place to npm", () => {
  const lock = (resolved: string): string[] => faults(`      "resolved": "${resolved}"`, "package-lock.json");
  expect(lock("https://registry.npmjs.org/zod/-/zod-4.0.0.tgz")).toEqual([]);
  expect(lock("https://packages.example.org/zod/-/zod-4.0.0.tgz")).toHaveLength(1);
  expect(lock("clients/typescript")).toEqual([]);
  expect(faults('      "version": "4.0.0"', "package-lock.json")).toEqual([]);
});
