import { join } from "node:path";
import type { Api } from "../client/api.ts";
import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";

/** The names of artifacts: nothing that leads out of the folder. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/u;

export type SavedArtifacts = { readonly folder: string; readonly files: ReadonlyMap<string, string> };

/** Writes an execution's artifacts, byte for byte, to `<out>/<execution_id>/`. @throws CliError for a name that is no file name */
export const saveArtifacts = async (context: Context, api: Api, id: string, out: string): Promise<SavedArtifacts> => {
  if (!FILE_NAME.test(id)) throw new CliError(`${JSON.stringify(id)} is not an execution id`, EXIT.usage);
  const { value } = await api.artifacts(id);
  const folder = join(out, id);
  const files = new Map<string, string>();
  for (const { name } of value.items) {
    if (!FILE_NAME.test(name))
      throw new CliError(
        `the server names an artifact ${JSON.stringify(name)}, which is no file name`,
        EXIT.unreachable,
      );
    const content = await api.artifact(id, name);
    await context.writeFile(join(folder, name), content);
    files.set(name, new TextDecoder().decode(content));
  }
  return { folder, files };
};
