import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
/** Programs that a page may have its reader type; here each only notes the words that it was given. */
const PROGRAMS = ["aws", "buddy", "curl", "npx"];
const COMMAND = new RegExp(`^ *(?:[A-Z_]+=\\S+ )?(?:${PROGRAMS.join("|")}) `);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-as-typed-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Commands of a page, in fences or indented, each with the lines that it goes on over; placeholders are words. */
const commandsIn = (page: string): string[] => {
  const lines = page.replaceAll(/\\\n */g, "").split("\n");
  let fenced = false;
  return lines.flatMap((line) => {
    if (/^ *```/.test(line)) fenced = !fenced;
    return COMMAND.test(line) && (fenced || line.startsWith("    ")) ? [line.trim().replaceAll(/<[\w ]+>/g, "it")] : [];
  });
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Words that each command's programs are given by a shell in an empty folder, which finds no other program. */
const wordsBy = async (commands: readonly string[], options: string): Promise<string[]> => {
  const stubs = PROGRAMS.map((name) => `${name}() { printf '%s\\n' ${name} "$@" >&3; }`);
  const script = [
    "PATH=/nowhere; exec 3>&1 >/dev/null",
    options,
    ...stubs,
    ...commands.map((each) => `eval ${quoted(each)}; printf '\\0' >&3`),
  ];
  const given = promisify(execFile)("bash", ["--norc", "--noprofile"], { cwd: folder });
  given.child.stdin?.end(script.join("\n"));
  return (await given).stdout.split("\0").slice(0, -1);
};

const pages = [
  "README.md",
  ...(await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

it("a command of a page has the words in a shell that it has on the page: no brace or pattern of it is for the shell", async () => {
  let commands = 0;
  for (const page of pages) {
    const typed = commandsIn(await readFile(join(root, page), "utf8"));
    commands += typed.length;
    // The second leaves a pattern that nothing is named by as it is; the first, as zsh does, does not run the command.
    const [inAShell, onThePage] = [await wordsBy(typed, "shopt -s failglob"), await wordsBy(typed, "set +B -f")];
    expect(onThePage.length, page).toBe(typed.length);
    expect(inAShell, page).toEqual(onThePage);
  }
  expect(commands).toBeGreaterThan(100);
});
