import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { served } from "./served.ts";

const server = served();
const here = import.meta.dirname;

let folder = "";
const running: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-killed-"));
  const contract = JSON.parse(await readFile(join(here, "../examples/contract.json"), "utf8"));
  await put("contracts/desk_note", contract);
  await put("contracts/desk_line", { ...contract, tool_name: "desk_line", timeout_seconds: 10 });
  for (const agent of ["desk_agent", "langchain_agent", "openai_agent", "mastra_agent", "dying_agent"]) {
    await put(`agents/${agent}`, { owner: "olga", granted_permissions: [], default_confidence: 0.95 });
  }
});
afterEach(async () => {
  for (const each of running.splice(0)) each.kill("SIGKILL");
  await rm(join(folder, "notes.txt"), { force: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = async (path: string, body: object): Promise<void> => {
  const authorization = `Bearer ${await server.token("carol", ["contracts:write"])}`;
  const headers = { authorization, "content-type": "application/json" };
  const put = await fetch(`${server.url()}/${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
  expect(put.ok, await put.text()).toBe(true);
};

/** A program of an agent in a process of its own, whose model proposes the one call of the one tool. */
const begun = async (agent: string, program: string) => {
  const env = {
    ...process.env,
    BUDDY_ENDPOINT: server.url(),
    BUDDY_TOKEN: await server.token(agent, ["agent", `agent:${agent}`]),
    BUDDY_WORKER_TOKEN: await server.token("worker-desk", ["work:desk"]),
  };
  const args = ["--conditions=buddy-source", "--import", join(here, "played-model.ts"), join(here, program)];
  const started = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  running.push(started);
  return { kill: () => started.kill("SIGKILL"), ended: once(started, "exit"), said: text(started.stdout) };
};

const notes = () => readFile(join(folder, "notes.txt"), "utf8");
const KILLED = [null, "SIGKILL"];

it.each([
  ["the AI SDK", "desk_agent", "../examples/agent.ts"],
  ["LangChain", "langchain_agent", "agents/langchain.ts"],
  ["OpenAI Agents", "openai_agent", "agents/openai-agents.ts"],
  ["Mastra", "mastra_agent", "agents/mastra.ts"],
])(
  "an agent of %s whose process is killed while its call waits goes on in a new process: asked once, done once",
  async (_framework, agent, program) => {
    const first = await begun(agent, program);
    const { approval_id } = await server.asked(agent);
    first.kill();
    expect(await first.ended).toEqual(KILLED);

    const second = await begun(agent, program);
    expect((await server.asked(agent)).approval_id).toBe(approval_id);
    await server.decide(agent, "approve");
    expect(await second.ended).toEqual([0, null]);
    expect(await second.said).toBe("It was noted.\n");
    expect(await notes()).toBe("Benedikt wants the blue one.\n");
    expect(await server.requests(agent)).toBe(1);
  },
  60_000,
);

it("an agent whose process is killed after its tool acted and before it said so is never acted for again: a person says what happened", async () => {
  const first = await begun("dying_agent", "dying-agent.ts");
  await server.decide("dying_agent", "approve");
  expect(await first.ended).toEqual(KILLED);
  // The time for its answer has to end first.
  await expect.poll(() => server.requests("dying_agent"), { timeout: 60_000, interval: 100 }).toBe(2);
  const settled = await server.asked("dying_agent");
  const bob = await server.bob();
  const second = await begun("dying_agent", "dying-agent.ts");
  await bob.approvals.decide(settled.approval_id, { decision: "happened", digest: settled.digest });
  expect(await second.ended).toEqual([0, null]);
  expect(await notes()).toBe("Benedikt wants the blue one.\n");
}, 120_000);
