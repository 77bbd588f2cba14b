import { z } from "zod";
import { recordLabel } from "../../functions/tools/kinds/record-label.ts";
import { NEW_ID } from "../../functions/tools/kinds/sandbox-tool.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { sameValue } from "../../functions/tools/world/stored-record.ts";
import { COLLECTIONS, type World, type WorldReader } from "../../functions/tools/world/world.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../shared/execution/preview.ts";
import { type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import type { Place, Snapshot } from "./tool-adapter.ts";

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

/** A sandbox of its own for each time that a tool is tried there. */
export const inSandbox = (contract: ToolContract, makeWorld: () => Promise<World>) => async (): Promise<Place> => {
  const world = await makeWorld();
  const by = "exec_9/s7 (agent_9)";
  const set = async (collection: string, id: string, field: string, value: Json): Promise<void> => {
    const record = await world.read(collection, id);
    if (record === undefined) throw new Error("the record is gone");
    await world.write(collection, id, { ...record.value, [field]: value }, record.version, { by, mark: null });
  };
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world).adapterFor(contract),
    live: liveToolbox(world).adapterFor(contract),
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
    marks: { sandbox: true },
    looksUp: { forward: true, compensation: true },
  };
};
