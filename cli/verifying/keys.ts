import { join } from "node:path";
import { KEY_NAMES } from "../../shared/verification/saved-files.ts";
import { NotASigningKey, type SigningKey, signingKeys } from "../../shared/verification/signing-keys.ts";
import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";
import { textFile } from "../named-files.ts";
import { isThisMachine, type Session } from "../session.ts";

export type Keys = { readonly keys: readonly SigningKey[]; readonly pinned: boolean; readonly from: string | null };

/**
 * The keys that manifests must be signed with: those of the file that was given, and no others; else the key of the
 * server on this machine, which is the only one for what that server says and a guess for a folder from elsewhere.
 * @throws CliError for a file that holds no such key
 */
export const keysFor = async (
  session: Session,
  file: string | undefined,
  folder: string | undefined,
): Promise<Keys> => {
  if (file !== undefined) return { keys: read(file, await textFile(session.context, file)), pinned: true, from: file };
  const local = folder === undefined && isThisMachine(session.api.endpoint);
  if (folder === undefined && !local) return { keys: [], pinned: false, from: null };
  const path = join(session.data_dir, "keys", "signing-key.pub.pem");
  const bytes = await session.context.readBytes(path);
  if (bytes === undefined) return { keys: [], pinned: false, from: null };
  return { keys: read(path, Buffer.from(bytes).toString()), pinned: local, from: path };
};

/**
 * Keys that lie beside files without a record. They prove that the files are of whoever put the key there, which is why
 * they count for nothing where a verdict could be OK. @throws CliError for a file of that name that holds no key
 */
export const keysBeside = async (context: Session["context"], folder: string): Promise<SigningKey[]> => {
  const found: SigningKey[] = [];
  for (const name of KEY_NAMES) {
    const path = join(folder, name);
    const bytes = await context.readBytes(path);
    if (bytes !== undefined) found.push(...read(path, Buffer.from(bytes).toString()));
  }
  return found;
};

const read = (path: string, pem: string): SigningKey[] => {
  try {
    return signingKeys(pem);
  } catch (error) {
    if (!(error instanceof NotASigningKey)) throw error;
    throw new CliError(`${path}: ${error.message}`, EXIT.usage, { cause: error });
  }
};
