import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { COLLECTIONS } from "../../../functions/tools/world/world.ts";
import { inSandbox } from "../../ports/sandbox-world.ts";
import { liveCall, toolAdapterSuite, toolCall } from "../../ports/tool-adapter.ts";
import { ownContract, standardContract } from "./contracts.ts";

const args = fc.record(
  { room_id: fc.string({ minLength: 1 }), nights: fc.integer(), note: fc.string() },
  { requiredKeys: ["room_id"], noNullPrototype: true },
);
const makeWorld = async () => memoryWorld();

const READS = {
  tool_name: "list_rooms",
  compensation: "none",
  resources: [{ key: "room:{room_id}", access: "read" }],
} satisfies Parameters<typeof ownContract>[0];
const QUERYABLE = ownContract({ tool_name: "hold_room", outcome_resolution: "QUERYABLE" });
const OPAQUE = ownContract({ tool_name: "phone_room", outcome_resolution: "OPAQUE" });

const noted = "its call is a new note in a journal: nothing else is known of what it acts on";
const NOTED = { drift: noted, beside: noted };
for (const contract of [
  ownContract(),
  QUERYABLE,
  OPAQUE,
  ownContract({ tool_name: "sell_room", reversible: false, compensation: "none" }),
  ownContract(READS),
]) {
  toolAdapterSuite({ contract, arguments: args, makePlace: inSandbox(contract, makeWorld), cannot: NOTED });
}

describe("a tool that the sandbox has no adapter for", () => {
  const adapterOf = (contract = ownContract()) => {
    const world = memoryWorld();
    return { world, adapter: liveToolbox(world).adapterFor(contract) };
  };

  it("a tool without an adapter of its own is previewed with its tool, arguments and the resources it touches", async () => {
    const { adapter } = adapterOf();
    const { summary } = await adapter.preview(toolCall(ownContract(), { room_id: "r7" }));
    expect(summary).toContain("book_room");
    expect(summary).toContain('{"room_id":"r7"}');
    expect(summary).toContain("writes room:r7");
  });

  it("a tool without an adapter of its own says that its results are made up, as no standard tool does", () => {
    const tools = liveToolbox(memoryWorld());
    expect(tools.adapterFor(ownContract()).made_up).toBe(true);
    expect(tools.adapterFor(ownContract(READS)).made_up).toBe(true);
    expect(tools.adapterFor(standardContract("memory_search")).made_up).toBeUndefined();
  });

  it("a tool without an adapter of its own is mocked in the shape of its input schema", async () => {
    const { adapter } = adapterOf();
    expect(await adapter.mock(toolCall(ownContract(), { room_id: "r7" }))).toMatchObject({
      room_id: "r7",
      guest_email: expect.stringContaining("@"),
      nights: expect.any(Number),
    });
  });

  it("a tool without an adapter of its own leaves one journal record per step", async () => {
    const { world, adapter } = adapterOf();
    await adapter.call(liveCall(toolCall(ownContract(), { room_id: "r7" }, "s1"), "k1"));
    await adapter.call(liveCall(toolCall(ownContract(), { room_id: "r7" }, "s2"), "k2"));
    const entries = await world.list(COLLECTIONS.journal);
    expect(entries.map(({ value }) => value.times)).toEqual([1, 1]);
  });

  it("a tool without an adapter of its own shows a call that was sent twice where it does not recognise keys", async () => {
    const { world, adapter } = adapterOf(OPAQUE);
    const call = liveCall(toolCall(OPAQUE, { room_id: "r7" }), "k1");
    await adapter.call(call);
    await adapter.call(call);
    expect((await world.list(COLLECTIONS.journal)).map(({ value }) => value.times)).toEqual([2]);
  });
});
