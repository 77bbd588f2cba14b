import { join } from "node:path";
import type { EvidenceFile } from "../../shared/verification/read-manifests.ts";
import type { Api } from "../client/api.ts";
import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";

/** The names of artifacts: nothing that leads out of the folder. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/u;

export type SavedArtifacts = { readonly folder: string; readonly files: ReadonlyMap<string, string> };

/** An execution's artifacts, byte for byte. @throws CliError for a name that is no file name */
export const fetchArtifacts = async (api: Api, id: string): Promise<EvidenceFile[]> => {
  const { value } = await api.artifacts(id);
  const files: EvidenceFile[] = [];
  for (const { name } of value.items) {
    if (!FILE_NAME.test(name))
      throw new CliError(
        `the server names an artifact ${JSON.stringify(name)}, which is no file name`,
        EXIT.unreachable,
      );
    files.push({ name, bytes: await api.artifact(id, name) });
  }
  return files;
};

/** Writes files to `<out>/<execution_id>/`. @returns that folder @throws CliError for an id that is no folder's name */
export const saveFiles = async (
  context: Context,
  id: string,
  out: string,
  files: readonly EvidenceFile[],
): Promise<string> => {
  if (!FILE_NAME.test(id)) throw new CliError(`${JSON.stringify(id)} is not an execution id`, EXIT.usage);
  const folder = join(out, id);
  for (const { name, bytes } of files) await context.writeFile(join(folder, name), bytes);
  return folder;
};

/** Writes an execution's artifacts, byte for byte, to `<out>/<execution_id>/`. @throws CliError for a name that is no file name */
export const saveArtifacts = async (context: Context, api: Api, id: string, out: string): Promise<SavedArtifacts> => {
  const files = await fetchArtifacts(api, id);
  const folder = await saveFiles(context, id, out, files);
  return { folder, files: new Map(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])) };
};
