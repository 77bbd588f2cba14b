import { Surprise } from "../../shared/plan/surprise.ts";
import type { VerificationReport } from "../../shared/verification/finding.ts";
import { lookAgain } from "../../shared/verification/look-again.ts";
import { NAMED_BY } from "../../shared/verification/named-by.ts";
import type { EvidenceFile } from "../../shared/verification/read-manifests.ts";
import { RECORD_NAME, renderRecordLine } from "../../shared/verification/record-line.ts";
import { besideOf, savedFiles } from "../../shared/verification/saved-files.ts";
import { signingKeys } from "../../shared/verification/signing-keys.ts";
import { verifyExecution, verifyFiles } from "../../shared/verification/verify-execution.ts";
import type { Api } from "../client/api.ts";
import { askBrowser } from "../node/crypto.ts";

/** Everything that somebody kept of an execution: its record, where there is one, the files, and names of what lies beside. */
export type Evidence = {
  readonly record: string | undefined;
  readonly files: readonly EvidenceFile[];
  readonly beside: readonly string[];
};

/** In words for the person: there was nothing to look at, or no key in what was given. */
export class NothingToVerify extends Surprise {
  override readonly name = "NothingToVerify";
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Asks a server for the evidence of an execution. @throws NothingToVerify where it does not give it */
const evidenceFrom = async (api: Api, id: string): Promise<Evidence> => {
  const lines: string[] = [];
  for (let next: string | undefined, more = true; more; ) {
    const answer = await api.record(id, next);
    if (answer.kind !== "value") throw refused(answer);
    for (const line of answer.value.items) lines.push(`${renderRecordLine(line)}\n`);
    next = answer.value.next ?? undefined;
    more = next !== undefined;
  }
  const listed = await api.artifacts(id);
  if (listed.kind !== "value") throw refused(listed);
  const files: EvidenceFile[] = [];
  for (const { name } of listed.value.items) {
    const file = await api.artifact(id, name);
    if (file.kind !== "value") throw refused(file);
    files.push({ name, bytes: file.value });
  }
  return { record: lines.join(""), files, beside: [] };
};

type NoValue =
  | { readonly kind: "silence" }
  | { readonly kind: "problem"; readonly problem: { readonly detail: string } };

const refused = (answer: NoValue): NothingToVerify =>
  new NothingToVerify(answer.kind === "problem" ? answer.problem.detail : "the server gives no answer");

const executionIn = ({ record, files }: Evidence): string | undefined => {
  for (const [name, idOf] of NAMED_BY) {
    const file = files.find((each) => each.name === name);
    const text = name === RECORD_NAME ? record : file === undefined ? undefined : textOf(file.bytes);
    const id = text === undefined ? undefined : idOf(text);
    if (id !== undefined) return id;
  }
  return undefined;
};

/** A file, and the folder that it lies in. */
type Found = {
  readonly folder: string;
  readonly file: { readonly name: string; arrayBuffer(): Promise<ArrayBuffer> };
};

type OfOne = { readonly id: string; readonly evidence: Evidence };

/**
 * The one folder that says of which execution it is; what lies in a folder within it is beside it.
 * @throws NothingToVerify where none does, or several do
 */
export const theOneIn = async (found: readonly Found[]): Promise<OfOne> => {
  const folders = Map.groupBy(found, ({ folder }) => folder);
  const named = new Map<string, OfOne>();
  // A folder is sorted before those in it.
  for (const [folder, own] of [...folders].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if ([...named.keys()].some((above) => folder.startsWith(`${above}/`))) continue;
    const read = async (name: string): Promise<Uint8Array | undefined> => {
      const one = own.find(({ file }) => file.name === name);
      return one && new Uint8Array(await one.file.arrayBuffer());
    };
    const within = [...folders.keys()].flatMap((path) =>
      path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).split("/")[0] ?? ""] : [],
    );
    const record = await read(RECORD_NAME);
    const files = await savedFiles(read);
    const names = new Set([...own.map(({ file }) => file.name), ...within]);
    const evidence = { record: record && textOf(record), files, beside: besideOf([...names], files) };
    const id = executionIn(evidence);
    if (id !== undefined) named.set(folder, { id, evidence });
  }
  const [one, ...others] = named.values();
  if (one === undefined)
    throw new NothingToVerify(
      "no file there says of which execution it is: drop a folder that `buddy artifacts` saved",
    );
  if (others.length > 0) throw new NothingToVerify(`there are ${named.size} executions: choose the folder of one`);
  return one;
};

/** The report of an execution, of what a server gives. @throws NothingToVerify */
export const verifyAt = (api: Api, id: string, pem: string): Promise<VerificationReport> =>
  lookAgain(async () => verifyEvidence(id, await evidenceFrom(api, id), pem));

/** The same of a folder. @throws NothingToVerify */
export const verifyFound = async (found: readonly Found[], pem: string): Promise<VerificationReport> => {
  const { id, evidence } = await theOneIn(found);
  return verifyEvidence(id, evidence, pem);
};

/** Recomputes all of it, once more when the browser has checked the signatures that it met. `pem`: the keys that manifests must be signed with, and no others; empty: none was given. */
const verifyEvidence = async (id: string, evidence: Evidence, pem: string): Promise<VerificationReport> => {
  const report = recompute(id, evidence, pem);
  return (await askBrowser()) === 0 ? report : recompute(id, evidence, pem);
};

const recompute = (id: string, { record, ...evidence }: Evidence, pem: string): VerificationReport => {
  const keys = pem.trim() === "" ? [] : keysIn(pem);
  const asked = { ...evidence, execution_id: id, keys, pinned: keys.length > 0 };
  return record === undefined ? verifyFiles(asked) : verifyExecution({ ...asked, record });
};

const keysIn = (pem: string) => {
  try {
    return signingKeys(pem);
  } catch (error) {
    throw new NothingToVerify(error instanceof Error ? error.message : "the key cannot be read");
  }
};
