import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { GRAPH_SECRET, type Graph, startGraph } from "../counterparts/graph.ts";
import { buddyLine, pageCommands, stepsOf } from "./page-commands.ts";

let folder = "";
let graph: Graph;
let server: RunningServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-standard-tools-"));
  graph = await startGraph("agents@example.com");
});
afterAll(async () => {
  await server?.stop();
  await graph.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Graph is the counterpart on this machine; everything else of the template is as the page's reader gets it. */
const atTheCounterpart = (content: Uint8Array): string => {
  const contract = jsonObject.parse(JSON.parse(String(Buffer.from(content))));
  const here = { graph_host: graph.host, login_host: graph.host };
  const binding = jsonObject.parse(contract.binding);
  return JSON.stringify({ ...contract, binding: { ...binding, ...(binding.adapter === "msgraph_mail" ? here : {}) } });
};

const { buddy, performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: (path: string) => readFile(join(folder, path), "utf8"),
    writeFile: (path: string, content: Uint8Array) =>
      writeFile(resolve(folder, path), path.endsWith(".contract.json") ? atTheCounterpart(content) : content),
    readBytes: (path: string) => readFile(resolve(folder, path)).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const perform = async (step: string): Promise<string> => {
  const file = /^cat > (\S+) <<'(\w+)'\n([\s\S]*)\n\2$/.exec(step);
  if (file !== null) {
    await writeFile(join(folder, file[1] ?? ""), file[3] ?? "");
    return "";
  }
  const secret = /^echo "\$GRAPH_CLIENT_SECRET" \| npx buddy (.+)$/.exec(step);
  if (secret !== null) return buddy(secret[1] ?? "", `${GRAPH_SECRET}\n`);
  const line = buddyLine(step);
  if (!line.startsWith("start ")) return performed(line);
  expect(line).toBe(
    "start --live --open-registry --allow-host graph.microsoft.com --allow-host login.microsoftonline.com",
  );
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [graph.host],
    authorities: [graph.cert],
  });
  return "";
};

it("the sandbox's mail and memory become real: every command of the page does what the page says", async () => {
  const page = await readFile(new URL("../../docs/standard-tools.md", import.meta.url), "utf8");
  const said: string[] = [];
  for (const step of stepsOf(page)) said.push(await perform(step));
  expect(graph.outbox).toMatchObject([{ subject: "Your offer", body: { content: "As agreed." } }]);
  const all = said.join("\n");
  expect(all).toContain('sends "Your offer" from agents@example.com to ann@example.com; it cannot be taken back: POST');
  expect(all).toContain("its calls leave the sandbox and act by builtin");
  expect(all).toContain("ann-1  Ann Lindner prefers mail to calls");
  const listed = await server?.stack.deps.executions.list({ limit: 1, next: null });
  const newest = listed?.items[0]?.execution_id ?? "";
  const outputs = await Promise.all(["s1", "s2"].map(async (step) => server?.stack.deps.steps.get(newest, step)));
  expect(outputs.map((step) => step?.state)).toEqual(["LIVE", "LIVE"]);
  expect(all).not.toContain("canary-");
});
