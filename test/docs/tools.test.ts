import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { type Crm, READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { buddyLine, pageCommands, stepsOf } from "./page-commands.ts";

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

const { buddy, performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: (path: string) => readFile(join(folder, path), "utf8"),
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
    readBytes: (path: string) => readFile(resolve(folder, path)).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const perform = async (step: string): Promise<string> => {
  const file = /^cat > (\S+) <<'(\w+)'\n([\s\S]*)\n\2$/.exec(step);
  if (file !== null) {
    await writeFile(join(folder, file[1] ?? ""), (file[3] ?? "").replaceAll("crm.example.com", crm.host));
    return "";
  }
  const secret = /^echo "\$CRM_(READ|WRITE)_TOKEN" \| npx buddy (.+)$/.exec(step);
  if (secret !== null) return buddy(secret[2] ?? "", `${secret[1] === "READ" ? READ_SECRET : WRITE_SECRET}\n`);
  const line = buddyLine(step);
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
  return performed(line);
};

it("a tool of one's own in ten minutes: every command of the page does what the page says", async () => {
  const page = await readFile(new URL("../../docs/tools.md", import.meta.url), "utf8");
  const said: string[] = [];
  const stages: unknown[] = [];
  for (const step of stepsOf(page)) {
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
