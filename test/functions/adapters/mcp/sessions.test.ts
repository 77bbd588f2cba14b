import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { startContacts } from "../../../counterparts/mcp-over-http.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "../../tools/http/crm-tools.ts";
import { onLoopback, overHttp, setContact, wayTo } from "../../tools/mcp/contact-tools.ts";

const server = await startContacts({ sessions: true });
afterAll(server.stop);

/** A client that the server has not met. */
const newWay = () => wayTo(overHttp(server.url), onLoopback(server.host));

const contract = defined(setContact());
const toolOver = (mcp: ReturnType<typeof newWay>) => liveToolbox(memoryWorld(), { ways: { mcp } }).adapterFor(contract);
const call = (key: string) => liveCall(toolCall(contract, { contact_id: "c1", stage: "won" }), key);

describe("a server of 2025-11-25 that keeps a session for each client", () => {
  let way: ReturnType<typeof newWay>;
  let tool: ReturnType<typeof toolOver>;
  beforeEach(() => {
    server.fresh();
    way = newWay();
    tool = toolOver(way);
  });
  afterEach(() => way.stop());

  it("a server that keeps sessions is asked in one, those who read and those who act apart", async () => {
    const before = server.sessions.begun.length;
    await tool.preview(call("k1"));
    expect((await tool.call(call("k1"))).kind).toBe("committed");
    expect((await tool.call(call("k2"))).kind).toBe("committed");
    expect(server.sessions.begun.length).toBe(before + 2);
  });

  it("a server that keeps sessions and has forgotten one is asked in a new one, and the call has one effect", async () => {
    await tool.call(call("k1"));
    server.sessions.forget();
    server.fresh();
    const before = server.sessions.begun.length;
    expect((await tool.call(call("k3"))).kind).toBe("committed");
    expect(server.sessions.begun.length).toBe(before + 1);
    expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
  });

  it("a server that forgets a session between listing and the call did nothing: the next call has a new one", async () => {
    const asked = way.client.tools;
    const forgetful = {
      ...way,
      client: {
        ...way.client,
        tools: async (...args: Parameters<typeof asked>) => {
          const listed = await asked(...args);
          server.sessions.forget();
          return listed;
        },
      },
    };
    const { call: callOnce } = liveToolbox(memoryWorld(), { ways: { mcp: forgetful } }).adapterFor(contract);
    expect(await callOnce(call("k4"))).toMatchObject({ kind: "rejected", error: "its endpoint answered 404" });
    expect(server.effects).toEqual([]);
    expect((await tool.call(call("k4"))).kind).toBe("committed");
    expect(server.effects).toHaveLength(1);
  });
});
