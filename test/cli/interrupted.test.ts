import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { approvalQueue, deliveryPage, webhookCreated } from "../../functions/api/schemas.ts";
import { mintToken } from "../../local/tokens.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { startWebhookReceiver } from "../counterparts/webhook-receiver.ts";

const root = join(import.meta.dirname, "../..");
const PLAN = {
  plan_id: "welcome",
  agents: [{ agent_id: "crm_agent", permissions: ["ghl_access", "ghl_write"] }],
  steps: [
    {
      step_id: "s1",
      agent_id: "crm_agent",
      tool_name: "ghl_update_contact",
      confidence: 0.95,
      arguments: { contact_id: "c1", fields: { stage: "customer" } },
    },
  ],
};

/** A program of the project as somebody starts it in a terminal, and what it has said. */
const start = (folder: string, ...argv: string[]) => {
  const child = spawn(process.execPath, argv, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  const said: string[] = [];
  const waiting: { words: RegExp; resolve: (line: string) => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      said.push(line);
      for (const { words, resolve } of waiting) if (words.test(line)) resolve(line);
    });
  }
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, said: said.join("\n") }));
  return {
    child,
    ended,
    /** The first line with such words; an error where the program ended without one. */
    line: (words: RegExp): Promise<string> =>
      Promise.race([
        new Promise<string>((resolve) => {
          const there = said.find((line) => words.test(line));
          if (there === undefined) waiting.push({ words, resolve });
          else resolve(there);
        }),
        ended.then((end) => {
          throw new Error(`it ended (${end.code ?? end.signal}) and had said: ${end.said}`);
        }),
      ]),
    interrupt: () => child.kill("SIGINT"),
  };
};

describe("`buddy start` that ends while something waits", () => {
  let folder: string;
  let running: ReturnType<typeof start>[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-interrupted-"));
  });
  afterEach(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    running = [];
    await rm(folder, { recursive: true, force: true });
  });

  const serve = async (...more: string[]) => {
    const options = ["start", "--data", folder, "--port", "0", "--live", "--open-registry", ...more];
    const server = start(folder, join(root, "cli/bin.js"), ...options);
    running.push(server);
    const url = /http:\/\/127\.0\.0\.1:\d+/u.exec(await server.line(/Buddy listens on/u))?.[0] ?? "";
    const ask = async (method: string, path: string, body?: unknown) => {
      const token = await mintToken(folder, { name: "alice", scopes: SCOPES, now: new Date() });
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.ok).toBe(true);
      return response.json();
    };
    const open = () =>
      expect.poll(async () => approvalQueue.parse(await ask("GET", "/approvals")).count, { timeout: 60_000 });
    return { server, ask, open };
  };

  it("Ctrl-C on `buddy start` while a request waits ends it, says what goes on later, and then the request is asked again", async () => {
    const first = await serve();
    await first.ask("POST", "/executions", { plans: [PLAN] });
    await first.open().toBe(1);
    first.server.interrupt();
    const end = await first.server.ended;
    expect(end).toMatchObject({ code: EXIT.ok, signal: null });
    expect(end.said).toMatch(/1 execution goes on when it is started again; what waits for people still waits/u);
    const second = await serve();
    await second.open().toBe(1);
    second.server.interrupt();
    expect(await second.server.ended).toMatchObject({ code: EXIT.ok });
  });

  it("an event that a killed server owes an address is sent by the next, signed, under the id that it had", async () => {
    const receiver = await startWebhookReceiver();
    try {
      const first = await serve("--allow-host", receiver.host);
      const added = webhookCreated.parse(await first.ask("POST", "/webhooks", { url: receiver.url }));
      const { webhook_id } = added.webhook;
      receiver.trust(added.secret);
      receiver.misbehave(500);
      await first.ask("POST", `/webhooks/${webhook_id}/test`, {});
      const owed = async () => deliveryPage.parse(await first.ask("GET", `/webhooks/${webhook_id}/deliveries`)).items;
      await expect.poll(async () => (await owed())[0]?.tries.length, { timeout: 60_000 }).toBe(1);
      first.server.child.kill("SIGKILL");
      expect((await first.server.ended).signal).toBe("SIGKILL");
      expect(receiver.received).toHaveLength(1);
      await serve("--allow-host", receiver.host);
      await receiver.until(2);
      const [before, after] = receiver.received;
      expect(after).toEqual({ id: before?.id, verified: true, payload: before?.payload });
    } finally {
      await receiver.stop();
    }
  });
});

const CTRL_C = "\u0003";

/** A program of the project in a terminal of its own, which `script` gives it on Linux, and all that it has said there. */
const inTerminal = (folder: string, ...argv: string[]) => {
  const { CI: _nobodyIsThere, ...env } = process.env;
  const command = ["exec", process.execPath, ...argv].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", command.replace("'exec'", "exec"), "/dev/null"], {
    env: { ...env, NO_COLOR: "1", SHELL: "/bin/sh", TMPDIR: folder },
  });
  let said = "";
  const looks = new Set<() => void>();
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
    for (const look of looks) look();
  });
  const ended = once(child, "close").then(([code]) => ({ code, said }));
  return {
    child,
    ended,
    /** An error where the program ended without such words. */
    says: (words: RegExp): Promise<void> =>
      Promise.race([
        new Promise<void>((resolve) => {
          const look = (): void => {
            if (!words.test(said)) return;
            looks.delete(look);
            resolve();
          };
          looks.add(look);
          look();
        }),
        ended.then((end) => {
          throw new Error(`it ended (${end.code}) and had said: ${end.said}`);
        }),
      ]),
    press: (keys: string) => child.stdin.write(keys),
  };
};

describe.skipIf(process.platform !== "linux")("Ctrl-C on the demo, whose person decides in the terminal", () => {
  let folder: string;
  let demo: ReturnType<typeof inTerminal>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-demo-left-"));
    demo = inTerminal(folder, join(root, "local/demo.ts"), "--ask", "--out", join(folder, "outputs"));
  });
  afterEach(async () => {
    demo.child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  /** Programs that were told of the folder and still run. */
  const stillRunning = async (): Promise<string[]> => {
    const all = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
    const commands = await Promise.all(all.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
    return commands.filter((command) => command.includes(folder));
  };

  it.each([
    ["at a question", /Skip this plan/u],
    ["between two questions", /\$ buddy contracts add/u],
  ])(
    "Ctrl-C %s ends the demo with words and the exit code of somebody who left, and leaves nothing behind",
    async (_where, words) => {
      await demo.says(words);
      demo.press(CTRL_C);
      const { code, said } = await demo.ended;
      expect(code, said).toBe(EXIT.interrupted);
      expect(said).toContain("You left. The demo's server and its data ended with it: nothing goes on.");
      expect(said).not.toMatch(/defect|Error|\bat .*\.ts:/u);
      expect(await stillRunning()).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
