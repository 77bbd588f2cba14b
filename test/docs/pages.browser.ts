import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ordersService, readOrders } from "../../examples/browser/orders.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { examplePage } from "./example-page.ts";

const root = join(import.meta.dirname, "../..");
/** Beside the packages: unpacked once for all runs, and gone with them. No sandbox, as for every test. */
const BROWSER = { XDG_CACHE_HOME: join(root, "node_modules", ".cache"), BUDDY_CHROMIUM_SANDBOX: "off" };
const JPEG = [0xff, 0xd8, 0xff];

await describeInBrowser("pages in documents", () => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(BROWSER)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());
  const page = examplePage("docs/pages-example.md", "localhost:7733");
  const { buddy, performed } = page;

  const kept = () => readOrders(page.file("my-orders.json"));
  /** The picture that the approver of the last execution was shown. */
  const picture = async (): Promise<Uint8Array> => {
    const { approvals, bodies, executions } = page.deps();
    const { items } = await executions.list({ limit: 1, next: null });
    const [request] = await approvals.ofExecution(items[0]?.execution_id ?? "");
    if (request?.picture === undefined) throw new Error("nobody was shown a picture");
    return Buffer.from(String(await bodies.get(request.picture)).split("base64,")[1] ?? "", "base64");
  };

  it("a tool of a web page: every command of the page does what the page says, in the application's own file", async () => {
    const notes: { step: string; note: string | undefined }[] = [];
    let shown: Uint8Array | undefined;
    const said = await page.performAll({
      before: async (step) => {
        if (step.startsWith("npx buddy start ")) await page.startHere();
        if (step.startsWith("npx buddy approve ")) shown = await picture();
      },
      after: (step) => notes.push({ step, note: kept().orders.o1?.note }),
    });
    expect(notes.filter(({ note }, index) => index > 0 && note !== notes[index - 1]?.note)).toEqual([
      { step: "npx buddy approve --all --as bob --yes", note: "Leave it with the neighbours" },
    ]);
    expect(kept().saved).toHaveLength(1);
    expect(said).toContain('textbox "Note": "" → "Leave it with the neighbours"');
    expect([...(shown ?? [])].slice(0, 3)).toEqual(JPEG);
  });

  it("a note of the example whose answer is lost is looked up on another page by its key, and saved once", async () => {
    const listening = ordersService(page.file("my-orders.json"));
    const lookUps: string[] = [];
    listening.prependListener("request", ({ method, url, socket }, response) => {
      if (url?.startsWith("/references/")) lookUps.push(url);
      if (method !== "POST") return;
      response.writeHead = () => {
        socket.destroy();
        return response;
      };
    });
    await page.startWith(listening);
    await buddy("contracts add examples/browser/contract.json");
    await buddy("run examples/browser/plan.json --as alice");
    await performed("approve --all --as bob --yes");
    expect({ lookUps, saved: kept().saved.length }).toEqual({ lookUps: [`/references/${kept().saved[0]}`], saved: 1 });
  });

  it("the demo with a browser opens one account, and leaves pictures of its pages", async () => {
    const child = spawn(
      process.execPath,
      [join(root, "local", "demo.ts"), "--browser", "--file", "--out", page.file("")],
      {
        env: { ...process.env, ...BROWSER },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
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
