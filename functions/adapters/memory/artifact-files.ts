import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";

export const memoryArtifactFiles = (): ArtifactFiles => {
  const executions = new Map<string, Map<string, string>>();
  const filesOf = (execution_id: string): Map<string, string> => {
    const files = executions.get(execution_id) ?? new Map<string, string>();
    executions.set(execution_id, files);
    return files;
  };
  return {
    write: async (execution_id, name, content) => {
      filesOf(execution_id).set(name, content);
    },
    read: async (execution_id, name) => filesOf(execution_id).get(name),
    list: async (execution_id) => [...filesOf(execution_id).keys()].sort(),
  };
};
