import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";

type Held = { readonly tag: string; readonly content: string };

export const memoryArtifactFiles = (): ArtifactFiles => {
  const executions = new Map<string, Map<string, Held>>();
  let writes = 0;
  const filesOf = (execution_id: string): Map<string, Held> => {
    const files = executions.get(execution_id) ?? new Map<string, Held>();
    executions.set(execution_id, files);
    return files;
  };
  return {
    tags: async (execution_id) => new Map([...filesOf(execution_id)].map(([name, { tag }]) => [name, tag])),
    write: async (execution_id, name, content, seen) => {
      const files = filesOf(execution_id);
      if ((files.get(name)?.tag ?? null) !== seen) return "moved";
      writes += 1;
      files.set(name, { tag: String(writes), content });
      return "written";
    },
    read: async (execution_id, name) => filesOf(execution_id).get(name)?.content,
    list: async (execution_id) => [...filesOf(execution_id).keys()].sort(),
  };
};
