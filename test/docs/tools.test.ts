import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { fakeContext } from "../cli/fake-context.ts";
import { type Crm, READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";

let folder = "";
let crm: Crm;
let server: RunningServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-tools-"));
  crm = await startCrm({ c1: { stage: "qualified" } });
});
afterAll(async () => {
  await server?.stop();
  await crm.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The page's commands, and the files that it writes, in order. */
const steps = (page: string): string[] =>
  [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    [...block.matchAll(/^cat > \S+ <<'(\w+)'\n[\s\S]*?\n\1$|^.+$/gm)].map(([step]) => step),
  );

const buddy = async (line: string, stdin = ""): Promise<string> => {
  const fake = fakeContext({ stdin });
  const context = {
    ...fake.context,
    fetch: globalThis.fetch,
    local: localPrograms,
    now: () => new Date(),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    readFile: (path: string) => readFile(join(folder, path), "utf8"),
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
    readBytes: (path: string) => readFile(resolve(folder, path)).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  };
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, ...found]) => found.join(""));
  const where = server === undefined ? [] : ["--endpoint", server.url];
  const code = await runBuddy(context, [...where, "--data", folder, ...words]);
  const said = fake.stdout() + fake.stderr();
  expect([EXIT.ok, EXIT.waiting_for_people], `${line}\n${said}`).toContain(code);
  return said;
};

const perform = async (step: string): Promise<string> => {
  const file = /^cat > (\S+) <<'(\w+)'\n([\s\S]*)\n\2$/.exec(step);
  if (file !== null) {
    await writeFile(join(folder, file[1] ?? ""), (file[3] ?? "").replaceAll("crm.example.com", crm.host));
    return "";
  }
  const secret = /^echo "\$CRM_(READ|WRITE)_TOKEN" \| npx buddy (.+)$/.exec(step);
  if (secret !== null) return buddy(secret[2] ?? "", `${secret[1] === "READ" ? READ_SECRET : WRITE_SECRET}\n`);
  // Here nobody is at a terminal.
  const [, line = ""] = /^npx buddy (.+?)(?: <\/dev\/null)?$/.exec(step) ?? [];
  expect(line, `the page has a command that is not understood: ${step}`).not.toBe("");
  if (line.startsWith("start ")) {
    expect(line).toBe("start --live --open-registry --allow-host crm.example.com");
    server = await startServer({
      data_dir: folder,
      port: 0,
      live_enabled: true,
      registry_open: true,
      allowed_hosts: [crm.host],
      authorities: [crm.cert],
    });
    return "";
  }
  const said = await buddy(
    line.replace("<execution>", line.includes("<execution>") ? (await newest()).execution_id : ""),
  );
  const ends = /^(approve|rollback) /.exec(line)?.[1];
  const wanted = ends === "approve" ? "SUCCEEDED" : "ROLLED_BACK";
  if (ends !== undefined) await expect.poll(async () => (await newest()).status, { timeout: 20_000 }).toBe(wanted);
  return said;
};

const newest = async () => {
  const list = z.object({ items: z.array(z.object({ execution_id: z.string(), status: z.string() })) });
  const [first] = list.parse(JSON.parse(await buddy("status --json"))).items;
  if (first === undefined) throw new Error("nothing was submitted");
  return first;
};

it("a tool of one's own in ten minutes: every command of the page does what the page says", async () => {
  const page = await readFile(new URL("../../docs/tools.md", import.meta.url), "utf8");
  const said: string[] = [];
  const stages: unknown[] = [];
  for (const step of steps(page)) {
    said.push(await perform(step));
    stages.push(crm.contacts.get("c1")?.stage);
  }
  expect(stages.filter((stage, index) => stage !== stages[index - 1])).toEqual(["qualified", "customer", "qualified"]);
  expect(crm.effects).toEqual(['changed c1 {"stage":"customer"}', 'changed c1 {"stage":"qualified"}']);
  const all = said.join("\n");
  expect(all).toContain("read/crm\nwrite/crm");
  expect(all).toContain('stage: "qualified" → "customer"');
  expect(all).not.toContain("canary-");
  expect((await stat(join(folder, "secrets.json"))).mode & 0o777).toBe(0o600);
});
