import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { fakeContext } from "./fake-context.ts";
import { documents, wordsOf } from "./printed-commands.ts";

const ROOT = join(import.meta.dirname, "../..");
const PLACES = ["hooks.slack.com", "desk.example.com", "prod-1.westeurope.logic.azure.com"];

/** Commands that are not run here, each with where it is, or why nowhere. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^start\b/u, "test/cli/interrupted.test.ts starts a server as a process"],
  [/^data take-over/u, "wants a folder that another machine has served: test/local"],
  [/^backup /u, "names a folder of the operator's: test/local"],
  [/^(reconcile|settle|contracts accept|approvals \S+ --picture)/u, "test/cli/hints-act.test.ts makes what they need"],
  [/^(servers add|contracts import)/u, "wants an MCP server of the reader's: test/docs/mcp-servers.test.ts"],
  [/^approvals https:/u, "a link of a deployment"],
  [/^run plans\.json/u, "a file of the reader's"],
  [/^(agents|contracts) add|^run examples\/plans/u, "test/cli/against-the-server.test.ts plays them all"],
];

/** The codes of commands that do not end with 0 where all is well: somebody has to decide. */
const ENDS: Readonly<Record<string, number>> = { "run hello.json --as alice </dev/null": EXIT.waiting_for_people };

describe("the commands of the documents, run as printed against a server", () => {
  let folder: string;
  let place: string;
  let server: RunningServer;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-documents-"));
    place = await mkdtemp(join(tmpdir(), "buddy-reader-"));
    receiver = await startWebhookReceiver();
    const allowed_hosts = [receiver.host, ...PLACES];
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true, allowed_hosts });
    const readme = await readFile(join(ROOT, "README.md"), "utf8");
    const hello = /cat > hello\.json <<'PLAN'\n([\s\S]*?)\n\s*PLAN/u.exec(readme)?.[1] ?? "";
    await writeFile(join(place, "hello.json"), hello);
    await writeFile(join(place, "app.json"), JSON.stringify({ slack_signing_secret: "0".repeat(32) }));
    await writeFile(join(place, "buddy.pem"), await readFile(join(folder, "keys", "signing-key.pub.pem")));
    await buddy("agents", "add", join(ROOT, "examples/mcp-agent.json"), "--as", "alice");
  });
  afterAll(async () => {
    await server.stop();
    await receiver.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true });
  });

  const at = (path: string): string => resolve(place, path);
  const buddy = async (...argv: string[]) => {
    const fake = fakeContext({ stdin: "not-a-real-secret\n" });
    const context = {
      ...fake.context,
      fetch: globalThis.fetch,
      local: localPrograms,
      now: () => new Date(),
      wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms / 4)),
      readFile: (path: string) => readFile(at(path), "utf8"),
      readBytes: (path: string) => readFile(at(path)).catch(() => undefined),
      readSaved: (path: string) => readFile(at(path)).catch(() => undefined),
      readFolder: (path: string) => readdir(at(path)).catch(() => undefined),
      writeFile: async (path: string, content: Uint8Array) => {
        await mkdir(dirname(at(path)), { recursive: true });
        await writeFile(at(path), content);
      },
    };
    const code = await runBuddy(context, ["--endpoint", server.url, "--data", folder, ...argv]);
    return { code, out: fake.stdout() + fake.stderr() };
  };
  const json = async (...argv: string[]) => JSON.parse((await buddy(...argv, "--json")).out);

  /** An execution of a write to a record of its own, whose request waits. */
  let written = 0;
  const waiting = async (): Promise<string> => {
    written += 1;
    const step = { step_id: "s1", agent_id: "a", tool_name: "ghl_update_contact", confidence: 0.95 };
    const call = { ...step, arguments: { contact_id: `c${written}`, fields: { city: `number ${written}` } } };
    const agents = [{ agent_id: "a", permissions: ["ghl_access", "ghl_write"] }];
    const file = join(folder, "plans.json");
    await writeFile(file, JSON.stringify({ plans: [{ plan_id: "p", agents, steps: [call] }] }));
    return (await json("run", file, "--as", "alice", "--detach")).execution_id;
  };
  const requestOf = async (execution: string): Promise<string> => {
    type Queue = { plans: { approvals: { approval_id: string }[] }[] };
    const open = async () => {
      const { plans }: Queue = await json("approvals", "--execution", execution);
      return plans.flatMap(({ approvals }) => approvals).at(0)?.approval_id;
    };
    await expect.poll(open, { timeout: 30_000 }).toBeDefined();
    return (await open()) ?? "";
  };
  let sealed: string | undefined;
  /** An execution that has ended, with its artifacts. */
  const ended = async (): Promise<string> => {
    if (sealed !== undefined) return sealed;
    const execution = await waiting();
    await buddy("approve", await requestOf(execution), "--as", "bob", "--yes");
    await buddy("follow", execution);
    sealed = execution;
    return execution;
  };
  const held = async (): Promise<string> => {
    const execution = await waiting();
    await requestOf(execution);
    await buddy("lock", "--execution", execution, "--reason", "odd", "--as", "zoe");
    await expect.poll(async () => (await json("status", execution)).status, { timeout: 30_000 }).toBe("LOCKED");
    await buddy("unlock", "--execution", execution, "--reason", "clear", "--as", "olga");
    return execution;
  };
  const webhook = async (): Promise<{ id: string; delivery: string }> => {
    const { webhook: added } = await json("webhooks", "add", receiver.url, "--event", "LearningSignal");
    const before = receiver.received.length;
    await buddy("webhooks", "test", added.webhook_id);
    await receiver.until(before + 1);
    const { items } = await json("webhooks", "deliveries", added.webhook_id);
    return { id: added.webhook_id, delivery: items[0].delivery_id };
  };

  /** A reader has something for each placeholder; here it is made when a command has one. */
  const READERS: Readonly<Record<string, (command: string) => Promise<string>>> = {
    execution: (command) => (command.startsWith("resume") ? held() : ended()),
    request: async () => requestOf(await waiting()),
    n: async () => "60",
    name: async (command) => (command.startsWith("lock") ? "ghl_search" : "crm_token"),
    agent: async () => "desk_agent",
    tool: async () => "form_fill",
    AgentsClientId: async () => "7fa3kq2v9client",
    digest: async () => (await json("verify", await ended())).sealed.digest,
    command: async () => "status",
    webhook: async () => (await webhook()).id,
  };
  const filledIn = async (command: string): Promise<string> => {
    if (command.includes("<delivery>")) {
      const { id, delivery } = await webhook();
      return command.replace("<webhook>", id).replace("<delivery>", delivery);
    }
    let text = command.replace(/\d{4}-\d\d-\d\d$|\d{4}-\d\d-\d\d(?= )/u, inTenDays);
    for (const [whole, name = ""] of command.matchAll(/<([a-zA-Z]+)>/gu)) {
      const reader = READERS[name];
      if (reader === undefined) throw new Error(`nobody says what stands for ${whole} in: buddy ${command}`);
      text = text.replace(whole, await reader(command));
    }
    return text;
  };
  const inTenDays = () => new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);

  /** Another person has locked what it unlocks, or unlocks what it locks: it is of one person, and never the last word. */
  const run = async (command: string): Promise<string> => {
    const [verb] = wordsOf(command);
    const everything = ["--everything", "--reason", "by somebody else", "--as", "zoe"];
    if (verb === "unlock") await buddy("lock", ...everything);
    const { code, out } = await buddy(...wordsOf(await filledIn(command)));
    // A reader types the next one when it has ended.
    if (command.startsWith("approve --all")) await buddy("follow", "last");
    if (verb === "lock") {
      const { locks } = await json("system");
      const scope = command.includes("--tool") ? ["--tool", "ghl_search", ...everything.slice(1)] : everything;
      expect(locks.length).toBeGreaterThan(0);
      await buddy("unlock", ...scope);
    }
    return code === (ENDS[command] ?? EXIT.ok) ? "" : `buddy ${command}\nended with ${code}:\n${out}`;
  };

  const every = documents().map(({ at: document, written: text = "" }) => ({ document, command: text.trim() }));
  const runHere = every.filter(({ command }) => !ELSEWHERE.some(([such]) => such.test(command)));
  const files = [...new Set(runHere.map(({ document }) => document))];

  it.each(files)("the commands of %s, run as printed, end as it says", async (file) => {
    const failed: string[] = [];
    for (const { document, command } of runHere) if (document === file) failed.push(await run(command));
    expect(failed.filter((each) => each !== "")).toEqual([]);
  });

  it("every command of a document is run but for those that another test runs, or that only a reader can", () => {
    expect(runHere.length).toBeGreaterThan(60);
    const unused = ELSEWHERE.filter(([such]) => !every.some(({ command }) => such.test(command)));
    expect(unused).toEqual([]);
  });
});
