import { z } from "zod";
import { planFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import { recordLabel } from "../../functions/tools/kinds/record-label.ts";
import { NEW_ID } from "../../functions/tools/kinds/sandbox-tool.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { sameValue } from "../../functions/tools/world/stored-record.ts";
import { COLLECTIONS, type World, type WorldReader } from "../../functions/tools/world/world.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../shared/execution/approval/preview.ts";
import { type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import type { Place, Snapshot } from "./tool-adapter.ts";
import type { Meeting } from "./tool-cases.ts";

/** Every record of the sandbox with its value, by label. */
export const snapshotOf = async (reader: WorldReader): Promise<Snapshot> => {
  const collections = await Promise.all(Object.values(COLLECTIONS).map((collection) => reader.list(collection)));
  return Object.fromEntries(
    collections.flat().map(({ collection, id, value }) => [`${collection} ${id}`, value] as const),
  );
};

/** The changes between two snapshots, in a preview's words: a record that is new has the id that previews give it. */
export const differenceBetween = (before: Snapshot, after: Snapshot): FieldChange[] =>
  Object.keys({ ...before, ...after }).flatMap((key) => {
    const [collection = "", ...rest] = key.split(" ");
    const id = rest.join(" ");
    const isNew = before[key] === undefined && collection !== COLLECTIONS.journal;
    const named = (value: JsonObject[string]) => (isNew && value === id ? NEW_ID : value);
    return Object.keys({ ...before[key], ...after[key] })
      .sort()
      .filter((field) => !sameValue(before[key]?.[field], after[key]?.[field]))
      .map((field) => ({
        record: recordLabel(collection, isNew ? NEW_ID : id),
        field,
        old: before[key]?.[field] ?? null,
        new: named(after[key]?.[field] ?? null),
      }));
  });

const undoOfRecord = z.object({
  collection: z.string(),
  id: z.string(),
  fields: z.array(z.object({ field: z.string(), ours: json })),
});

/** The failure on purpose that is what a counterpart does. */
const PLANNED: { readonly [How in Meeting]?: "reject" | "time_out_before" | "time_out_after_effect" } = {
  refused: "reject",
  silent_after: "time_out_after_effect",
  broken_before: "time_out_before",
};

/** A world that counts what is written to it, failures on purpose aside. */
const counting = (world: World) => {
  let written = 0;
  const counted: World = {
    ...world,
    write: async (collection, ...rest) => {
      const done = await world.write(collection, ...rest);
      if (done === "written" && collection !== COLLECTIONS.failures) written += 1;
      return done;
    },
  };
  return { counted, written: () => written };
};

/** A sandbox of its own for each time that a tool is tried there. */
export const inSandbox = (contract: ToolContract, makeWorld: () => Promise<World>) => async (): Promise<Place> => {
  const world = await makeWorld();
  const { counted, written } = counting(world);
  const by = "exec_9/s7 (agent_9)";
  const set = async (collection: string, id: string, field: string, value: Json): Promise<void> => {
    const record = await world.read(collection, id);
    if (record === undefined) throw new Error("the record is gone");
    await world.write(collection, id, { ...record.value, [field]: value }, record.version, { by, mark: null });
  };
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world).adapterFor(contract),
    live: liveToolbox(counted).adapterFor(contract),
    snapshot: () => snapshotOf(world),
    difference: differenceBetween,
    overwrite: async (undo) => {
      const { collection, id, fields } = undoOfRecord.parse(undo);
      const [touched] = fields;
      if (touched === undefined) return undefined;
      await set(collection, id, touched.field, "somebody else's value");
      return by;
    },
    rewrite: async (undo) => {
      const { collection, id, fields } = undoOfRecord.parse(undo);
      const [touched] = fields;
      if (touched === undefined || sameValue(touched.ours, "in between")) return false;
      for (const passing of ["in between", touched.ours]) await set(collection, id, touched.field, passing);
      return true;
    },
    effects: written,
    drift: async (call) => {
      const undo = await dryRunToolbox(world).adapterFor(contract).prepareUndo(call);
      const { collection, id, fields } = undoOfRecord.parse(undo);
      const [touched] = fields;
      if (touched === undefined) return false;
      await set(collection, id, touched.field, "in between");
      return true;
    },
    beside: async (_, undo) => {
      const { collection, id } = undoOfRecord.parse(undo);
      await set(collection, id, "beside", "another's");
    },
    meets: async (how, rung) => {
      const planned = { failure_id: "f1", tool_name: contract.tool_name, rung: rung === "call" ? rung : "compensate" };
      await planFailure(world, plannedFailure.parse({ ...planned, kind: PLANNED[how], times: 1 }));
    },
    marks: { sandbox: true },
    looksUp: { forward: true, compensation: true },
  };
};
