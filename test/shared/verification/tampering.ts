import {
  attachSignature,
  buildManifest,
  manifest,
  payloadToSign,
  renderManifest,
} from "../../../shared/artifacts/manifest.ts";
import { type AuditEvent, nextLink } from "../../../shared/audit/audit-event.ts";
import { merkleRoot } from "../../../shared/audit/merkle.ts";
import type { Signer } from "../../../shared/ports/signer.ts";
import {
  NO_LINES,
  type RecordLine,
  recordLine,
  renderRecordLine,
  withLine,
} from "../../../shared/verification/record-line.ts";
import type { Evidence } from "../../../shared/verification/verify-execution.ts";

export const linesOf = ({ record }: Evidence): RecordLine[] =>
  record
    .trimEnd()
    .split("\n")
    .map((line) => recordLine.parse(JSON.parse(line)));

/** A record of those lines by somebody who knows how it ends: its last line has their digest, where it had one. */
export const withLines = (evidence: Evidence, lines: readonly RecordLine[]): Evidence => {
  let digest = NO_LINES;
  const texts = lines.map((line) => {
    const own = line.kind === "end" && line.digest !== undefined ? { ...line, digest } : line;
    const text = renderRecordLine(JSON.parse(JSON.stringify(own)));
    digest = withLine(digest, text);
    return `${text}\n`;
  });
  return { ...evidence, record: texts.join("") };
};

/** The record with each line as `change` leaves it, or without it. */
export const changed = (evidence: Evidence, change: (line: RecordLine) => RecordLine | undefined): Evidence =>
  withLines(
    evidence,
    linesOf(evidence).flatMap((line) => change(line) ?? []),
  );

export const textOf = (evidence: Evidence, name: string): string => {
  const file = evidence.files.find((each) => each.name === name);
  if (file === undefined) throw new Error(`no file ${name}`);
  return Buffer.from(file.bytes).toString();
};

/** The evidence with a file of that text, or without the file. */
export const withFile = (evidence: Evidence, name: string, text: string | undefined): Evidence => ({
  ...evidence,
  files: [
    ...evidence.files.filter((file) => file.name !== name),
    ...(text === undefined ? [] : [{ name, bytes: Buffer.from(text) }]),
  ],
});

/**
 * A forgery by somebody with every access but the key: events as `change` leaves them, every chain linked anew, heads,
 * root and manifest made to fit (one manifest), signed by `signer`.
 */
export const rewritten = async (
  evidence: Evidence,
  change: (event: AuditEvent) => AuditEvent | undefined,
  signer: Signer,
): Promise<Evidence> => {
  const { execution_id } = evidence;
  const heads = new Map<string, AuditEvent>();
  const relink = (event: AuditEvent): AuditEvent => {
    const { type, at, actor, body } = event;
    const linked = nextLink(execution_id, event.chain, heads.get(event.chain), { type, at, actor, body });
    heads.set(event.chain, linked);
    return linked;
  };
  const rootOfSteps = () =>
    merkleRoot(
      [...heads.values()]
        .filter(({ chain }) => chain !== "execution")
        .map(({ chain, seq, hash }) => ({ chain, seq, hash })),
    );
  const lines = linesOf(evidence).flatMap((line): RecordLine[] => {
    if (line.kind !== "event" || line.event.chain === "execution") return [line];
    const event = change(line.event);
    return event === undefined ? [] : [{ kind: "event", event: relink(event) }];
  });
  const serial = lines.flatMap((line): RecordLine[] => {
    if (line.kind !== "event" || line.event.chain !== "execution") return [line];
    const event = change(line.event);
    if (event === undefined) return [];
    // As an earlier release wrote it, which did not say which heads it is about.
    const { step_lengths: _which, ...rest } = event.body;
    const body = event.type === "concluded" ? { ...rest, step_heads: rootOfSteps() } : event.body;
    return [{ kind: "event", event: relink({ ...event, body }) }];
  });
  const before = manifest.parse(JSON.parse(textOf(evidence, "manifest.json")));
  const chain_heads = [...heads.values()].map(({ chain, seq, hash }) => ({ chain, seq, hash }));
  const unsigned = buildManifest({
    execution_id,
    number: 1,
    previous: null,
    created_at: before.created_at,
    files: before.artifacts.map(({ name }) => ({ name, content: textOf(evidence, name) })),
    heads: chain_heads,
    merkle_root: merkleRoot(chain_heads),
  });
  const sealed = renderManifest(attachSignature(unsigned, await signer.sign(payloadToSign(unsigned))));
  return withFile(withFile(withLines(evidence, serial), "manifest.json", sealed), "manifest-1.json", sealed);
};
