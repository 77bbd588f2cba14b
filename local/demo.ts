import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { select } from "@inquirer/prompts";
import { planFailure } from "../functions/tools/failure-plan.ts";
import { keepPictures, PAGE_TOOL_NAMES, startApplication, writeDemo } from "./browser-demo.ts";
import { inThisTerminal, LEFT, type Terminal } from "./in-this-terminal.ts";
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

type Step = { readonly argv: readonly string[]; readonly wanted?: number };

/** Commands whose words the terminal shows of what is expected to go well. @returns false where the person left meanwhile */
const all = async (
  { buddy }: Terminal,
  env: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<boolean> => {
  for (const { argv, wanted = 0 } of steps) {
    const got = await buddy(env, ...argv);
    if (got === LEFT) return false;
    if (got !== wanted) throw new Error(`that was to end with ${wanted}, and ended with ${got}`);
  }
  return true;
};

const runDemo = async (terminal: Terminal, who: Who, out: string): Promise<number> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-demo-"));
  try {
    const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: false });
    try {
      await planFailure(server.stack.world, REFUSED_CLICK);
      const env = { BUDDY_ENDPOINT: server.url, BUDDY_DATA: data_dir, BUDDY_AS: "alice" };
      const known = ["agents", "contracts"].map((kind) => ({ argv: [kind, "add", `examples/${kind}.json`] }));
      if (!(await all(terminal, env, known))) return LEFT;
      const deciding =
        who === "file"
          ? ["--config", "examples/config.json", "--decisions", "examples/decisions.json"]
          : ["--approver", "bob"];
      const files = ["examples/plans.json", "--validations", "examples/validations.json"];
      const ended = await terminal.buddy(env, "run", ...files, ...deciding, "--out", out);
      if (ended === LEFT || !(await all(terminal, env, [{ argv: ["health"] }]))) return LEFT;
      return ended;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(data_dir, { recursive: true, force: true });
  }
};

/** The exit code of `buddy contracts add` where somebody else has to confirm. */
const WAITING_FOR_PEOPLE = 8;

/** An agent signs somebody up, over two pages of an application that runs for this. */
const runBrowserDemo = async (terminal: Terminal, who: Who, out: string): Promise<number> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-demo-"));
  const { url, child } = await startApplication(root);
  try {
    const allowed_hosts = [new URL(url).host];
    const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: true, allowed_hosts });
    try {
      const files = await writeDemo(data_dir, url);
      const env = { BUDDY_ENDPOINT: server.url, BUDDY_DATA: data_dir, BUDDY_AS: "alice" };
      // Tools that leave the sandbox wait for a second person.
      const registered = await all(terminal, env, [
        { argv: ["contracts", "add", files.contracts], wanted: WAITING_FOR_PEOPLE },
        ...PAGE_TOOL_NAMES.map((tool) => ({ argv: ["contracts", "confirm", tool, "--as", "bob", "--yes"] })),
      ]);
      if (!registered) return LEFT;
      const deciding = who === "file" ? ["--decisions", files.decisions] : ["--approver", "bob"];
      const ended = await terminal.buddy(env, "run", files.plan, ...deciding, "--out", out);
      if (ended === LEFT) return LEFT;
      const shown = await (await fetch(new URL("accounts", url))).text();
      console.log(`\nThe application says: ${/<p role="status">(.*?)<\/p>/.exec(shown)?.[1] ?? shown}`);
      for (const path of await keepPictures(server.stack, out)) console.log(`A picture of its page: ${path}`);
      return ended;
    } finally {
      await server.stop();
    }
  } finally {
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
  const terminal = inThisTerminal(root);
  const run = values.browser ? runBrowserDemo : runDemo;
  const ended = who === undefined ? LEFT : await run(terminal, who, values.out);
  if (ended === LEFT || !values.browser) console.log(`\n${endOfDemo(ended)}`);
  if (ended === LEFT || values.browser) return ended;
  return ended === 1 || values.ask ? 0 : 1;
};

if (values.help) console.log(HELP);
else process.exitCode = await demo();
