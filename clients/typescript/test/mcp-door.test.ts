import { Agent, MCPServerStreamableHttp, Runner } from "@openai/agents-core";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Asked, Said } from "./framework-suite.ts";
import { model } from "./openai-model.ts";
import { served } from "./served.ts";

const server = served();

const MAIL = {
  id: "c1",
  tool: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
};

/** An agent that the registry takes to be sure, since no client of the framework says so itself. */
const known = async (agent: string): Promise<void> => {
  const authorization = `Bearer ${await server.token("carol", ["contracts:write"])}`;
  const granted_permissions = ["email_send", "memory_access"];
  const put = await fetch(`${server.url()}/agents/${agent}`, {
    method: "PUT",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ owner: "olga", granted_permissions, default_confidence: 0.95 }),
  });
  expect(put.ok, await put.text()).toBe(true);
};

const runner = new Runner({ tracingDisabled: true });

/** The framework's own loop over the tools of `/mcp`, on a connection of its own. @returns all that the model was told */
const run = async (agent: string, call: Asked, signal?: AbortSignal): Promise<Said[]> => {
  const authorization = `Bearer ${await server.token(agent, ["agent", `agent:${agent}`])}`;
  const buddy = new MCPServerStreamableHttp({
    name: "buddy",
    url: `${server.url()}/mcp`,
    requestInit: { headers: { authorization } },
  });
  await buddy.connect();
  let told: readonly Said[] = [];
  const next = (said: readonly Said[]) => {
    told = said;
    return said.length === 0 ? [call] : "done";
  };
  try {
    const desk = new Agent({ name: "desk", model: model(next), mcpServers: [buddy] });
    await runner.run(desk, "go", { maxTurns: 3, ...(signal === undefined ? {} : { signal }) });
    return [...told];
  } finally {
    await buddy.close();
  }
};

const page = z.object({ items: z.array(z.object({ execution_id: z.string() })) });
const detail = z.object({ steps: z.array(z.object({ ending: z.string().nullable() })) });

/** How each call of an agent ended. */
const endings = async (agent: string): Promise<(string | null)[]> => {
  const headers = { authorization: `Bearer ${await server.token("bob", ["read"])}` };
  const read = async (path: string): Promise<unknown> => (await fetch(`${server.url()}${path}`, { headers })).json();
  const { items } = page.parse(await read(`/executions?agent=${agent}`));
  const details = await Promise.all(items.map(({ execution_id }) => read(`/executions/${execution_id}`)));
  return details.flatMap((each) => detail.parse(each).steps.map(({ ending }) => ending));
};

it("an agent of OpenAI Agents that speaks to /mcp has a read answered at once", async () => {
  await known("door1");
  const [said] = await run("door1", { id: "c1", tool: "memory_search", arguments: { query: "ann" } });
  expect(said?.text).toContain("total");
  expect(said?.text).not.toContain("isError");
  expect(await server.requests("door1")).toBe(0);
});

it("a write that its client gave up on is attached to by the same call of a new connection, and made once", async () => {
  await known("door2");
  const impatient = new AbortController();
  const first = run("door2", MAIL, impatient.signal).catch((error: unknown) => error);
  await server.asked("door2");
  impatient.abort();
  await first;

  const second = run("door2", MAIL);
  await server.decide("door2", "approve");
  const [said] = await second;
  expect(said?.text).not.toContain("isError");
  expect(await server.requests("door2")).toBe(1);
  expect(await endings("door2")).toEqual(["live"]);
});

it("an agent of OpenAI Agents is told of a rejection with its reason, and what to do: nothing was made", async () => {
  await known("door3");
  const rejected = run("door3", { ...MAIL, arguments: { ...MAIL.arguments, subject: "Another" } });
  await server.decide("door3", "reject", "Ann asked for no mail");
  const [said] = await rejected;
  expect(said?.text).toContain("Ann asked for no mail");
  expect(said?.text).toMatch(/Do not|do not/);
  expect(await endings("door3")).toEqual(["rejected"]);
});
