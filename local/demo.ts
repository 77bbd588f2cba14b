import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { select } from "@inquirer/prompts";
import { planFailure } from "../functions/tools/failure-plan.ts";
import { keepPictures, PAGE_TOOL_NAMES, startApplication, writeDemo } from "./browser-demo.ts";
import { REFUSED_CLICK } from "./refused-click.ts";
import { startServer } from "./server.ts";

const root = join(import.meta.dirname, "..");

const HELP = `npm run demo [-- --ask | --file] [--browser] [--out <folder>]

Starts Buddy on this machine with an empty database, and runs examples/plans.json through it: LIVE, on a sandbox.
  --ask    you decide, in this terminal, as bob
  --file   examples/decisions.json decides (the default where there is no terminal)
  --browser  another plan, whose tools act on the pages of a small web application in a real browser
  --out    where the artifacts go (default: outputs)`;

const QUESTION_MS = 10_000;

type Who = "file" | "you";

/** A person who does not answer in time wants to watch. @returns undefined where that one left by Ctrl-C */
const whoDecides = async (asked: { ask: boolean; file: boolean }): Promise<Who | undefined> => {
  if (asked.ask) return "you";
  if (asked.file || !process.stdin.isTTY || !process.stdout.isTTY || process.env.CI !== undefined) return "file";
  const choices = [
    { name: "examples/decisions.json: lean back and watch", value: "file" as const },
    { name: "I do, in this terminal", value: "you" as const },
  ];
  const signal = AbortSignal.timeout(QUESTION_MS);
  return select({ message: `Who decides? (the file, in ${QUESTION_MS / 1_000} s)`, choices }, { signal }).catch(
    (error: unknown) => {
      if (signal.aborted) return "file";
      if (error instanceof Error && error.name === "ExitPromptError") return undefined;
      throw error;
    },
  );
};

/** Runs `buddy` as anybody would, in this terminal. @returns its exit code */
const buddy = (env: Record<string, string>, ...argv: string[]): Promise<number> => {
  console.log(`\n$ buddy ${argv.join(" ")}`);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, [join(root, "cli", "buddy.ts"), ...argv], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  child.once("error", reject);
  child.once("exit", (code) => resolve(code ?? 1));
  return promise;
};

/** Where the terminal shows the words of what is expected to go well. */
const must = async (code: Promise<number>, wanted = 0): Promise<void> => {
  const got = await code;
  if (got !== wanted) throw new Error(`that was to end with ${wanted}, and ended with ${got}`);
};

/** The exit code of `buddy run` where its person left at a question, or by Ctrl-C. */
const LEFT = 130;

const runDemo = async (who: Who, out: string): Promise<number> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-demo-"));
  const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: false });
  try {
    await planFailure(server.stack.world, REFUSED_CLICK);
    const env = { BUDDY_ENDPOINT: server.url, BUDDY_DATA: data_dir, BUDDY_AS: "alice" };
    await must(buddy(env, "agents", "add", "examples/agents.json"));
    await must(buddy(env, "contracts", "add", "examples/contracts.json"));
    const deciding =
      who === "file"
        ? ["--config", "examples/config.json", "--decisions", "examples/decisions.json"]
        : ["--approver", "bob"];
    const files = ["examples/plans.json", "--validations", "examples/validations.json"];
    const ended = await buddy(env, "run", ...files, ...deciding, "--out", out);
    if (ended !== LEFT) await must(buddy(env, "health"));
    return ended;
  } finally {
    await server.stop();
    await rm(data_dir, { recursive: true, force: true });
  }
};

/** The exit code of `buddy contracts add` where somebody else has to confirm. */
const WAITING_FOR_PEOPLE = 8;

/** An agent signs somebody up, over two pages of an application that runs for this. */
const runBrowserDemo = async (who: Who, out: string): Promise<number> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-demo-"));
  const { url, child } = await startApplication(root);
  const allowed_hosts = [new URL(url).host];
  const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: true, allowed_hosts });
  try {
    const files = await writeDemo(data_dir, url);
    const env = { BUDDY_ENDPOINT: server.url, BUDDY_DATA: data_dir, BUDDY_AS: "alice" };
    // Tools that leave the sandbox wait for a second person.
    await must(buddy(env, "contracts", "add", files.contracts), WAITING_FOR_PEOPLE);
    for (const tool of PAGE_TOOL_NAMES) await must(buddy(env, "contracts", "confirm", tool, "--as", "bob", "--yes"));
    const deciding = who === "file" ? ["--decisions", files.decisions] : ["--approver", "bob"];
    const ended = await buddy(env, "run", files.plan, ...deciding, "--out", out);
    const shown = await (await fetch(new URL("accounts", url))).text();
    console.log(`\nThe application says: ${/<p role="status">(.*?)<\/p>/.exec(shown)?.[1] ?? shown}`);
    for (const path of await keepPictures(server.stack, out)) console.log(`A picture of its page: ${path}`);
    return ended;
  } finally {
    await server.stop();
    child.kill();
    await rm(data_dir, { recursive: true, force: true });
  }
};

const endOfDemo = (ended: number): string => {
  switch (ended) {
    case 1:
      return "One plan was meant to fail and was rolled back, so the execution did not succeed as a whole (exit code 1 of buddy run). examples/README.md tells the story.";
    case LEFT:
      return "You left. The demo's server and its data ended with it: nothing goes on. Again: npm run demo";
    default:
      return `It ended with ${ended}, where 1 was expected: one plan is meant to fail.`;
  }
};

const { values } = parseArgs({
  options: {
    ask: { type: "boolean", default: false },
    file: { type: "boolean", default: false },
    browser: { type: "boolean", default: false },
    out: { type: "string", default: "outputs" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const demo = async (): Promise<number> => {
  const who = await whoDecides(values);
  if (who === undefined) return LEFT;
  if (values.browser) return runBrowserDemo(who, values.out);
  const ended = await runDemo(who, values.out);
  console.log(`\n${endOfDemo(ended)}`);
  if (ended === LEFT) return LEFT;
  return ended === 1 || values.ask ? 0 : 1;
};

if (values.help) console.log(HELP);
else process.exitCode = await demo();
