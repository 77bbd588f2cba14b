import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ordersService, readOrders } from "../../examples/browser/orders.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Example, startExample } from "./example-process.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
const PAGE_HOST = "localhost:7733";
/** Beside the packages: unpacked once for all runs, and gone with them. No sandbox, as for every test. */
const BROWSER = { XDG_CACHE_HOME: join(root, "node_modules", ".cache"), BUDDY_CHROMIUM_SANDBOX: "off" };
const JPEG = [0xff, 0xd8, 0xff];

await describeInBrowser("pages in documents", () => {
  let folder = "";
  let host = "";
  let server: RunningServer | undefined;
  let service: Example | undefined;
  let inThisProcess: Server | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-pages-"));
    for (const [name, value] of Object.entries(BROWSER)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    service?.stop();
    service = undefined;
    inThisProcess?.close();
    inThisProcess?.closeAllConnections();
    inThisProcess = undefined;
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const { buddy, performed } = pageCommands(
    () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
    {
      readFile: async (path: string) => (await readFile(join(root, path), "utf8")).replaceAll(PAGE_HOST, host),
      writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
      readBytes: (path: string) => readFile(path).catch(() => undefined),
      readFolder: (path: string) => readdir(path).catch(() => undefined),
    },
  );

  const startBuddy = async (): Promise<void> => {
    server = await startServer({
      data_dir: folder,
      port: 0,
      live_enabled: true,
      registry_open: true,
      allowed_hosts: [host],
      policy: { settling_seconds: 1 },
    });
  };

  const started = (): RunningServer => {
    if (server === undefined) throw new Error("Buddy was not started");
    return server;
  };

  const perform = async (step: string): Promise<string> => {
    const program = /^npx node (\S+) (\S+)$/.exec(step);
    if (program !== null) {
      service = await startExample(program[1] ?? "", [join(folder, program[2] ?? "")], {});
      host = service.host;
      return "";
    }
    const line = buddyLine(step);
    if (!line.startsWith("start ")) return performed(line);
    expect(line).toBe(`start --live --open-registry --allow-host ${PAGE_HOST}`);
    await startBuddy();
    return "";
  };

  const kept = () => readOrders(join(folder, "my-orders.json"));
  /** The picture that the approver of the last execution was shown. */
  const picture = async (): Promise<Uint8Array> => {
    const { approvals, bodies, executions } = started().stack.deps;
    const { items } = await executions.list({ limit: 1, next: null });
    const [request] = await approvals.ofExecution(items[0]?.execution_id ?? "");
    if (request?.picture === undefined) throw new Error("nobody was shown a picture");
    return Buffer.from(String(await bodies.get(request.picture)).split("base64,")[1] ?? "", "base64");
  };

  it("a tool of a web page: every command of the page does what the page says, in the application's own file", async () => {
    const page = await readFile(join(root, "docs/pages-example.md"), "utf8");
    const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
    const said: string[] = [];
    const notes: { step: string; note: string | undefined }[] = [];
    let shown: Uint8Array | undefined;
    for (const step of steps) {
      if (step.startsWith("npx buddy approve ")) shown = await picture();
      said.push(await perform(step));
      notes.push({ step, note: kept().orders.o1?.note });
    }
    expect(notes.filter(({ note }, index) => index > 0 && note !== notes[index - 1]?.note)).toEqual([
      { step: "npx buddy approve --all --as bob --yes", note: "Leave it with the neighbours" },
    ]);
    expect(kept().saved).toHaveLength(1);
    expect(said.join("\n")).toContain('textbox "Note": "" → "Leave it with the neighbours"');
    expect([...(shown ?? [])].slice(0, 3)).toEqual(JPEG);
  });

  it("a note of the example whose answer is lost is looked up on another page by its key, and saved once", async () => {
    const listening = ordersService(join(folder, "my-orders.json"));
    inThisProcess = listening;
    const lookUps: string[] = [];
    listening.prependListener("request", ({ method, url, socket }, response) => {
      if (url?.startsWith("/references/")) lookUps.push(url);
      if (method !== "POST") return;
      response.writeHead = () => {
        socket.destroy();
        return response;
      };
    });
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    host = `localhost:${listeningPort(listening)}`;
    await startBuddy();
    await buddy("contracts add examples/browser/contract.json");
    await buddy("run examples/browser/plan.json --as alice");
    await performed("approve --all --as bob --yes");
    expect({ lookUps, saved: kept().saved.length }).toEqual({ lookUps: [`/references/${kept().saved[0]}`], saved: 1 });
  });

  it("the demo with a browser opens one account, and leaves pictures of its pages", async () => {
    const child = spawn(process.execPath, [join(root, "local", "demo.ts"), "--browser", "--file", "--out", folder], {
      env: { ...process.env, ...BROWSER },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = await once(child, "close");
    expect({ ended, said }).toMatchObject({ ended: [0, null] });
    expect(said).toContain("The application says: 1 account(s): ada@example.com");
    const [, path = ""] = /^A picture of its page: (.+)$/m.exec(said) ?? [];
    expect([...(await readFile(path))].slice(0, 3)).toEqual(JPEG);
  });
});
