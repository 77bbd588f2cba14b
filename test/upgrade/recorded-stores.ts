import { canonicalJson } from "../../shared/plan/digest.ts";
import { inMemory, type Stores } from "../harness/stores.ts";
import { overwrite } from "../ports/bodies.ts";
import type { Recording } from "./recording.ts";

type Kept = Pick<Recording, "items" | "bodies" | "artifacts">;

/** Stores in memory that can say what they hold. */
export const recordingStores = (): { readonly stores: Stores; readonly kept: () => Promise<Kept> } => {
  const { table, bodies, artifactFiles } = inMemory();
  const keys = new Map<string, { pk: string; sk: string }>();
  const texts = new Map<string, string>();
  const executions = new Set<string>();
  const touched = ({ pk, sk }: { pk: string; sk: string }): void => {
    keys.set(`${pk}\n${sk}`, { pk, sk });
  };
  const stores: Stores = {
    table: {
      ...table,
      put: (item, condition) => {
        touched(item);
        return table.put(item, condition);
      },
      update: (key, change, condition) => {
        touched(key);
        return table.update(key, change, condition);
      },
    },
    bodies: {
      ...bodies,
      put: async (prefix, value) => {
        const ref = await bodies.put(prefix, value);
        texts.set(ref.key, canonicalJson(value));
        return ref;
      },
    },
    artifactFiles: {
      ...artifactFiles,
      write: (execution_id, ...given) => {
        executions.add(execution_id);
        return artifactFiles.write(execution_id, ...given);
      },
    },
  };
  const filesOf = async (execution_id: string): Promise<Record<string, string>> => {
    const names = await artifactFiles.list(execution_id);
    const files = names.map(async (name) => [name, (await artifactFiles.read(execution_id, name)) ?? ""] as const);
    return Object.fromEntries(await Promise.all(files));
  };
  const kept = async (): Promise<Kept> => {
    const sorted = [...keys].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key);
    const items = await Promise.all(sorted.map((key) => table.get(key)));
    const ended = [...executions].sort();
    const files = ended.map(async (execution_id) => [execution_id, await filesOf(execution_id)] as const);
    return {
      items: items.flatMap((item) => (item === undefined ? [] : [item])),
      bodies: Object.fromEntries([...texts].sort(([one], [other]) => (one < other ? -1 : 1))),
      artifacts: Object.fromEntries(await Promise.all(files)),
    };
  };
  return { stores, kept };
};

/** Puts everything that was recorded into stores, through their adapters. @throws Error when a body gets another name */
export const load = async ({ items, bodies, artifacts }: Kept, stores: Stores): Promise<void> => {
  for (const item of items) await stores.table.put(item);
  for (const [key, text] of Object.entries(bodies)) {
    const ref = await stores.bodies.put(key.slice(0, key.lastIndexOf("/")), JSON.parse(text));
    if (ref.key !== key) throw new Error(`the body ${key} is called ${ref.key} today: references to it lead nowhere`);
  }
  for (const [execution_id, files] of Object.entries(artifacts)) {
    for (const [name, content] of Object.entries(files))
      await overwrite(stores.artifactFiles, execution_id, name, content);
  }
};
