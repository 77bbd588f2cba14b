import { createServer as plainServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { guardedClient } from "../../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../../functions/adapters/memory/secrets.ts";
import { noWays, type Ways } from "../../../functions/tools/bindings.ts";
import { wayOut } from "../../../functions/tools/http/way-out.ts";
import { toolPort } from "../../../functions/tools/tool-port.ts";
import { liveToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { READ_SECRET, WRITE_SECRET } from "../../counterparts/crm.ts";
import { liveCall, toolCall } from "../../ports/tool-adapter.ts";
import { defined, setFields } from "./http/crm-tools.ts";
import { manualTimer, settled } from "./manual-timer.ts";
import { makeContact, onLoopback, overHttp, wayTo } from "./mcp/contact-tools.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts a server that hears, and never answers. */
const silent = async (server: Server, hears: string) => {
  const heard = vi.fn<() => void>();
  server.on(hears, heard);
  server.on("connection", (socket) => ends.push(() => void socket.destroy()));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  ends.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { host: `localhost:${port}`, heard };
};

/** The outcome of a call whose time is over once the other side has heard of it. */
const outcomeOf = async (contract: ToolContract, ways: Partial<Ways>, heard: () => void) => {
  const { timer, pass } = manualTimer();
  const toolbox = liveToolbox(memoryWorld(), { ways: { ...noWays, ...ways } });
  const outcome = toolPort({ toolbox, timer }, contract).call(liveCall(toolCall(contract, { contact_id: "c1" }), "k"));
  await vi.waitUntil(() => vi.mocked(heard).mock.calls.length > 0, { timeout: 10_000 });
  await settled();
  await pass(contract.timeout_seconds * 1_000);
  return outcome;
};

describe("a call whose time is over before anything of it left", () => {
  it("a call was not made where a service never comes to speak TLS: nobody is asked what came of it", async () => {
    const { host, heard } = await silent(createServer(), "connection");
    const client = guardedClient(onLoopback(host));
    const http = wayOut(
      client,
      memorySecrets("read", { crm: READ_SECRET }),
      memorySecrets("write", { crm: WRITE_SECRET }),
      Date.now,
    );
    const contract = defined(setFields({ host, origin: `https://${host}` }));
    expect(await outcomeOf(contract, { http }, heard)).toEqual({
      kind: "rejected",
      error: "nothing was sent: no connection came about in time",
      unsent: true,
    });
  });

  it("a call was not made where an MCP server never says which tools it has: nobody is asked what came of it", async () => {
    const { host, heard } = await silent(plainServer(), "request");
    const mcp = wayTo(overHttp(`http://${host}/mcp`), onLoopback(host));
    ends.push(mcp.stop);
    expect(await outcomeOf(defined(makeContact()), { mcp }, heard)).toMatchObject({
      kind: "rejected",
      error: expect.stringContaining("the tools of server contacts cannot be listed"),
      unsent: true,
    });
  });
});
