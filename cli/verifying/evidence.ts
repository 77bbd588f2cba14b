import { basename, dirname, join } from "node:path";
import { ARTIFACTS, MANIFEST_NAME } from "../../shared/artifacts/index.ts";
import { lookAgain } from "../../shared/verification/look-again.ts";
import { NAMED_BY } from "../../shared/verification/named-by.ts";
import type { EvidenceFile } from "../../shared/verification/read-manifests.ts";
import { RECORD_NAME } from "../../shared/verification/record-line.ts";
import { besideOf, savedFiles } from "../../shared/verification/saved-files.ts";
import { verifyExecution } from "../../shared/verification/verify-execution.ts";
import type { Api } from "../client/api.ts";
import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { fetchArtifacts } from "../running/artifact-files.ts";
import { fetchRecord } from "../running/record-file.ts";

/** Record null: there are files and no record. `beside`: names of what else lies there. */
export type Gathered = {
  readonly record: string | null;
  readonly files: readonly EvidenceFile[];
  readonly beside: readonly string[];
};

/** There is nothing to verify: the folder is not one that `buddy artifacts` wrote. */
const nothingIn = (folder: string): CliError =>
  new CliError(
    `nothing was verified: the folder ${folder} holds no ${RECORD_NAME} and none of the files that it would be held against`,
    EXIT.unreachable,
    { remedy: `save one of those that \`${hint.executions()}\` lists: ${hint.saveInto(folder)}` },
  );

/** Archives that somebody is sent in place of a folder. */
const ARCHIVE = /\.(?:zip|tar|tgz|gz|xz|bz2|7z)$/iu;

const isOfAFolder = (name: string): boolean =>
  [RECORD_NAME, MANIFEST_NAME, ...ARTIFACTS.map((artifact) => artifact.name)].includes(name) ||
  /^manifest-\d+\.json$/u.test(name);

/** One file of those that are held against each other, or an archive of them all. */
const notAFolder = (path: string): CliError => {
  const lies = hint.verify(dirname(path));
  const remedy = isOfAFolder(basename(path))
    ? `the files beside it are held against it: ${lies}`
    : ARCHIVE.test(path)
      ? "unpack it, then verify the folder that comes out of it"
      : `name the folder that it was saved in; if that is this one: ${lies}`;
  return new CliError(`${path} is a file, and what is verified is a whole folder`, EXIT.usage, { remedy });
};

/** @throws CliError (usage) where a file is named as a folder */
export const refuseFile = async (context: Context, path: string): Promise<void> => {
  if (await context.isFile(path)) throw notAFolder(path);
};

/** Record, artifacts and manifests from a server. @throws CliError, ApiProblem */
export const evidenceFromServer = async (api: Api, id: string): Promise<Gathered & { readonly record: string }> => {
  const record = await fetchRecord(api, id);
  return { record, files: await fetchArtifacts(api, id), beside: [] };
};

/** The same as of one moment, for whoever keeps it: a folder is not read again. @throws CliError, ApiProblem */
export const evidenceToKeep = async (api: Api, id: string): Promise<Gathered & { readonly record: string }> => {
  const { gathered } = await lookAgain(async () => {
    const gathered = await evidenceFromServer(api, id);
    return { gathered, ...verifyExecution({ ...gathered, execution_id: id, keys: [], pinned: false }) };
  });
  return gathered;
};

/** More saved executions than anybody keeps in one folder. */
const MOST_FOLDERS = 1_000;

/** The same from a folder: the one named, or the one of the execution in it. @throws CliError */
export const evidenceFromFolder = async (context: Context, id: string, folder: string): Promise<Gathered> => {
  const gathered: Gathered[] = [];
  for (const candidate of [join(folder, id), folder]) {
    const record = await context.readSaved(join(candidate, RECORD_NAME));
    const files = await savedFiles((name) => context.readSaved(join(candidate, name)));
    const beside = besideOf((await context.readFolder(candidate).catch(() => undefined)) ?? [], files);
    if (record !== undefined) return { record: Buffer.from(record).toString(), files, beside };
    if (files.length > 0) gathered.push({ record: null, files, beside });
  }
  const [found] = gathered;
  if (found === undefined) throw nothingIn(folder);
  return found;
};

export type Saved = { readonly execution_id: string; readonly folder: string };

/**
 * The evidence that was saved under a name: in the folder itself, or, as `buddy artifacts --out` saves it, in a folder
 * in there.
 * @returns undefined where there is no folder of that name: then it is the id of an execution
 * @throws CliError for a folder in which nothing was saved, or several executions; where no file says of which one it is
 */
export const savedUnder = async (context: Context, named: string): Promise<Saved | undefined> => {
  const own = await executionIn(context, named);
  if (own !== undefined) return { execution_id: own, folder: named };
  const names = await context.readFolder(named).catch(() => undefined);
  if (names === undefined) return undefined;
  const found: Saved[] = [];
  for (const name of names.slice(0, MOST_FOLDERS)) {
    const folder = join(named, name);
    const execution_id = await executionIn(context, folder);
    if (execution_id !== undefined) found.push({ execution_id, folder });
  }
  const [only] = found;
  if (only === undefined) throw nothingIn(named);
  if (found.length === 1) return only;
  throw new CliError(`${named} holds ${found.length} executions: name one of them`, EXIT.usage, {
    remedy: found.map(({ folder }) => hint.verify(folder)).join(", or "),
  });
};

/** Of which execution the files in a folder say they are: as the manifest has it, else the record or the summary. */
const executionIn = async (context: Context, folder: string): Promise<string | undefined> => {
  let found = false;
  for (const [name, idOf] of NAMED_BY) {
    const bytes = await context.readSaved(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) continue;
    found = true;
    const read = idOf(Buffer.from(bytes).toString());
    if (read !== undefined) return read;
  }
  if (!found) return undefined;
  throw new CliError(`nothing in ${folder} says of which execution it is`, EXIT.tampered, {
    remedy: `name the execution: ${hint.verifyFolder(folder)}`,
  });
};
