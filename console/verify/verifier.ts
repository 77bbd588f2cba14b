import { Surprise } from "../../shared/plan/surprise.ts";
import type { VerificationReport } from "../../shared/verification/finding.ts";
import { NAMED_BY } from "../../shared/verification/named-by.ts";
import type { EvidenceFile } from "../../shared/verification/read-manifests.ts";
import { RECORD_NAME, renderRecordLine } from "../../shared/verification/record-line.ts";
import { signingKeys } from "../../shared/verification/signing-keys.ts";
import { verifyExecution, verifyFiles } from "../../shared/verification/verify-execution.ts";
import type { Api } from "../client/api.ts";
import { askBrowser } from "../node/crypto.ts";

/** The files that somebody kept of an execution, by name, the record among them where there is one. */
export type Evidence = readonly EvidenceFile[];

/** In words for the person: there was nothing to look at, or no key in what was given. */
export class NothingToVerify extends Surprise {
  override readonly name = "NothingToVerify";
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Asks a server for the evidence of an execution. @throws NothingToVerify where it does not give it */
export const evidenceFrom = async (api: Api, id: string): Promise<Evidence> => {
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
  const files: EvidenceFile[] = [{ name: RECORD_NAME, bytes: new TextEncoder().encode(lines.join("")) }];
  for (const { name } of listed.value.items) {
    const file = await api.artifact(id, name);
    if (file.kind !== "value") throw refused(file);
    files.push({ name, bytes: file.value });
  }
  return files;
};

type NoValue =
  | { readonly kind: "silence" }
  | { readonly kind: "problem"; readonly problem: { readonly detail: string } };

const refused = (answer: NoValue): NothingToVerify =>
  new NothingToVerify(answer.kind === "problem" ? answer.problem.detail : "the server gives no answer");

const executionIn = (evidence: Evidence): string | undefined => {
  for (const [name, idOf] of NAMED_BY) {
    const file = evidence.find((each) => each.name === name);
    const id = file === undefined ? undefined : idOf(textOf(file.bytes));
    if (id !== undefined) return id;
  }
  return undefined;
};

type OfOne = { readonly id: string; readonly evidence: Evidence };

/** The one folder that says of which execution it is. @throws NothingToVerify where none does, or several do */
export const theOneIn = (folders: readonly Evidence[]): OfOne => {
  const named = folders.flatMap((evidence): OfOne[] => {
    const id = executionIn(evidence);
    return id === undefined ? [] : [{ id, evidence }];
  });
  const [one, ...others] = named;
  if (one === undefined)
    throw new NothingToVerify(
      "no file there says of which execution it is: drop a folder that `buddy artifacts` saved",
    );
  if (others.length > 0) throw new NothingToVerify(`there are ${named.length} executions: choose the folder of one`);
  return one;
};

/** Recomputes all of it, once more when the browser has checked the signatures that it met. `pem`: the keys that manifests must be signed with, and no others; empty: none was given. */
export const verifyEvidence = async (id: string, evidence: Evidence, pem: string): Promise<VerificationReport> => {
  const report = recompute(id, evidence, pem);
  return (await askBrowser()) === 0 ? report : recompute(id, evidence, pem);
};

const recompute = (id: string, evidence: Evidence, pem: string): VerificationReport => {
  const keys = pem.trim() === "" ? [] : keysIn(pem);
  const record = evidence.find(({ name }) => name === RECORD_NAME);
  const files = evidence.filter(({ name }) => name !== RECORD_NAME);
  const asked = { execution_id: id, files, keys, pinned: keys.length > 0 };
  return record === undefined ? verifyFiles(asked) : verifyExecution({ ...asked, record: textOf(record.bytes) });
};

const keysIn = (pem: string) => {
  try {
    return signingKeys(pem);
  } catch (error) {
    throw new NothingToVerify(error instanceof Error ? error.message : "the key cannot be read");
  }
};
