import { describe, expect, it } from "vitest";
import { dryRunToolbox, liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { COLLECTIONS, type World, type WorldReader } from "../../../../functions/tools/world/world.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import { idempotencyKeyOf } from "../../../../shared/execution/attempt/intent.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { ownContract, standardContract } from "../contracts.ts";

/** Counts the records that are handed out. */
const counting = (reader: WorldReader) => {
  let handedOut = 0;
  const counted: WorldReader = {
    read: async (...place) => {
      const record = await reader.read(...place);
      handedOut += record === undefined ? 0 : 1;
      return record;
    },
    list: async (...query) => {
      const records = await reader.list(...query);
      handedOut += records.length;
      return records;
    },
  };
  return { counted, handedOut: () => handedOut };
};

const RELEASE = ownContract({ tool_name: "release_room", reversible: false, compensation: "none" });

/** Tools that others are undone by, each with where it writes and the arguments of its call. */
const UNDOING: readonly (readonly [string, ToolContract, string, JsonObject])[] = [
  ["a tool of the team's own", RELEASE, COLLECTIONS.journal, { room_id: "r7" }],
  [
    "one that makes a record",
    standardContract("ghl_create_contact"),
    COLLECTIONS.ghlContacts,
    { email: "a@b.example" },
  ],
  [
    "one that changes a record",
    standardContract("ghl_update_contact"),
    COLLECTIONS.ghlContacts,
    { contact_id: "c1", fields: { stage: "lead" } },
  ],
];

const OTHERS = 40;

const setUp = async (undoing: ToolContract, collection: string, args: JsonObject) => {
  const world: World = memoryWorld();
  const by = { by: "somebody else", mark: null };
  for (let n = 1; n <= OTHERS; n += 1) await world.write(collection, `c${n}`, { contact_id: `c${n}` }, 0, by);
  const contract = ownContract({ compensation: { tool_name: undoing.tool_name, arguments: args } });
  const call = toolCall(contract, { room_id: "r7" }, "s1", undoing);
  const live = liveToolbox(world).adapterFor(contract);
  const undo = await live.prepareUndo(call);
  if (undo === null) throw new Error("nothing prepared");
  const { counted, handedOut } = counting(world);
  const preview = (of = call) => dryRunToolbox(counted).adapterFor(contract).previewUndo(of, undo);
  const made = async (): Promise<void> => {
    const key = idempotencyKeyOf({ ...call, side: "compensation" });
    expect(await live.compensate(liveCall(call, key), undo)).toMatchObject({ kind: "committed" });
  };
  return { call, preview, made, handedOut };
};

describe("an undo by another tool", () => {
  it.each(UNDOING)("an undo by %s is found in one record, whatever others wrote beside it", async (...given) => {
    const [, undoing, collection, args] = given;
    const { made, preview, handedOut } = await setUp(undoing, collection, args);
    await made();
    expect((await preview()).changes).toEqual([]);
    expect(handedOut()).toBe(1);
  });

  it.each(UNDOING)("an undo by %s is not taken for that of another call of the plan", async (...given) => {
    const [, undoing, collection, args] = given;
    const { call, made, preview } = await setUp(undoing, collection, args);
    expect((await preview()).changes).not.toEqual([]);
    await made();
    const { summary } = await preview({ ...call, step_id: "s2" });
    expect(summary).not.toContain("nothing is left to undo");
  });
});
