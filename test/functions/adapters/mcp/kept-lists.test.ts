import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toolLists } from "../../../../functions/tools/mcp/tool-lists.ts";
import { liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { startContacts } from "../../../counterparts/mcp-over-http.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "../../tools/http/crm-tools.ts";
import { onLoopback, overHttp, setContact, wayTo } from "../../tools/mcp/contact-tools.ts";

const server = await startContacts();
afterAll(server.stop);

const READ = { family: "none", headers: {}, env: {} } as const;
const OTHERWISE = "Changes a contact, and tells everybody";

describe("a server's definitions of its tools", () => {
  let way: ReturnType<typeof wayTo>;
  beforeEach(() => {
    server.fresh();
    way = wayTo(overHttp(server.url), onLoopback(server.host));
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await way.stop();
  });

  /** The tool, pinned as the server describes it now to somebody who has asked nothing before. */
  const pinned = async () => {
    const fresh = wayTo(overHttp(server.url), onLoopback(server.host));
    const target = { server: overHttp(server.url), credentials: READ };
    const listed = await fresh.client.tools(target, { timeout_ms: 5_000 });
    await fresh.stop();
    if (!listed.ok) throw new Error(listed.refusal.error);
    const pins = listed.value.tools.filter(({ name }) => name === "set_contact").map((pin) => ({ ...pin }));
    const contract = defined(setContact({}, { pins }));
    const live = liveToolbox(memoryWorld(), { ways: { mcp: way } }).adapterFor(contract);
    server.methods.length = 0;
    return (key: string) => live.call(liveCall(toolCall(contract, { contact_id: "c1", stage: key }), key));
  };
  const lists = () => server.methods.filter((method) => method === "tools/list").length;

  it("a server's tools are listed by each call where it does not let them be kept, so a changed tool is never called", async () => {
    const call = await pinned();
    for (const key of ["k1", "k2"]) expect((await call(key)).kind).toBe("committed");
    expect(lists()).toBe(2);
    server.description = OTHERWISE;
    expect(await call("k3")).toMatchObject({ kind: "rejected", quarantined: true });
    expect(server.effects).toHaveLength(2);
  });

  it("a server's list of tools is kept as long as it allows and no longer: a tool that changed is quarantined then", async () => {
    server.keeps_ms = 60_000;
    const call = await pinned();
    for (const key of ["k1", "k2", "k3"]) expect((await call(key)).kind).toBe("committed");
    expect(lists()).toBe(1);
    server.description = OTHERWISE;
    vi.setSystemTime(Date.now() + 59_000);
    expect((await call("k4")).kind).toBe("committed");
    vi.setSystemTime(Date.now() + 2_000);
    expect(await call("k5")).toMatchObject({ kind: "rejected", quarantined: true });
    expect([lists(), server.effects.length]).toEqual([2, 4]);
  });

  it("a server's list of tools is asked for anew where a person looks at it, and what that brought holds for calls too", async () => {
    server.keeps_ms = 60_000;
    const call = await pinned();
    const lists_of = toolLists(way);
    await lists_of.of("contacts");
    server.description = OTHERWISE;
    const shown = await lists_of.of("contacts");
    expect(JSON.stringify(shown)).toContain(OTHERWISE);
    expect(await call("k1")).toMatchObject({ kind: "rejected", quarantined: true });
  });

  it("a server's list of tools is kept for a day at most, however long the server allows", async () => {
    server.keeps_ms = 10 * 365 * 86_400_000;
    const call = await pinned();
    await call("k1");
    vi.setSystemTime(Date.now() + 86_401_000);
    await call("k2");
    expect(lists()).toBe(2);
  });
});
