import type { ArtifactInput } from "../../shared/artifacts/artifact.ts";
import { ARTIFACTS } from "../../shared/artifacts/index.ts";
import {
  attachSignature,
  buildManifest,
  MANIFEST_NAME,
  type Manifest,
  manifest,
  numberedManifest,
  payloadToSign,
  renderManifest,
} from "../../shared/artifacts/manifest.ts";
import { type AuditEvent, OPERATORS } from "../../shared/audit/audit-event.ts";
import { type ChainHead, merkleRoot } from "../../shared/audit/merkle.ts";
import type { ExecutionRecord } from "../../shared/execution/execution-record.ts";
import type { Deps } from "../deps.ts";
import { readExecution } from "../execution/documents.ts";
import { payOwed } from "../execution/owed-events.ts";
import { type OutcomeDeps, type ReadOutcome, readExecutionOutcome } from "../execution/read-execution-outcome.ts";
import { runInput } from "../execution/reopen.ts";
import { historyInput } from "../execution/workflow-input.ts";
import { type CurrentHealthDeps, currentHealth } from "../health/score.ts";

export type PublishDeps = OutcomeDeps & CurrentHealthDeps & Pick<Deps, "signals" | "artifactFiles" | "signer" | "bus">;

/**
 * Artifacts: the seven files and the manifest that seals them, then OrchestrationCompleted. What people said last and
 * has no event yet gets it before the seal. Repeated before the execution has ended, it replaces the files of the same
 * manifest number; afterwards it only announces the end again. An execution taken up again gets the next number.
 */
export const publish =
  (deps: PublishDeps) =>
  async (input: unknown): Promise<{ published: string[] }> => {
    const { execution_id, history } = historyInput.parse(input);
    let wrote = false;
    for (;;) {
      const execution = await readExecution(deps, execution_id);
      const superseded = execution.history !== history;
      // Files that this history wrote may stand in place of those of the history that followed it.
      if (superseded && !wrote) return { published: [] };
      if (execution.concluded === null) {
        if (!wrote || (await deps.executions.update(execution)) !== undefined) return { published: [] };
        continue;
      }
      if (execution.status !== "RUNNING" && !wrote) return { published: await announce(deps, execution) };
      const sealed = execution.schedule === null ? undefined : await writeAll(deps, execution);
      wrote = sealed !== undefined;
      // The last write of an execution: from here on its status says how it ended, and its artifacts are there.
      const manifests = sealed?.number ?? execution.manifests;
      const ended = await deps.executions.update({ ...execution, status: execution.concluded, manifests });
      // Somebody moved the record, perhaps one who wrote files too: what is there now is not known.
      if (ended !== undefined) return { published: await announce(deps, ended) };
    }
  };

const announce = async ({ bus }: Pick<Deps, "bus">, execution: ExecutionRecord): Promise<string[]> => {
  const { execution_id, status, manifests, schedule } = execution;
  if (schedule === null) return [];
  await bus.publish([
    {
      type: "OrchestrationCompleted",
      detail: {
        id: `${execution_id}/${manifests}`,
        execution_id,
        status,
        manifest: manifests,
        correlation_id: runInput(execution).correlation_id,
      },
    },
  ]);
  return [...ARTIFACTS.map(({ name }) => name), MANIFEST_NAME];
};

/** The artifacts as everything stands, and the manifest that seals them, written. */
const writeAll = async (deps: PublishDeps, execution: ExecutionRecord): Promise<Manifest> => {
  const { execution_id } = execution;
  const { schedule, outcome, events } = await readPaid(deps, execution);
  const content: ArtifactInput = {
    outcome,
    schedule,
    scheduled_at: events.find((event) => event.type === "conflicts_resolved")?.at ?? execution.submitted_at,
    signals: await deps.signals.ofExecution(execution_id),
    health: await currentHealth(deps),
  };
  const files = ARTIFACTS.map((artifact) => ({ name: artifact.name, content: artifact.render(content) }));
  const sealed = await seal(deps, execution, files, events);
  for (const file of files) await deps.artifactFiles.write(execution_id, file.name, file.content);
  await deps.artifactFiles.write(execution_id, MANIFEST_NAME, renderManifest(sealed));
  await deps.artifactFiles.write(execution_id, numberedManifest(sealed.number), renderManifest(sealed));
  return sealed;
};

/** The execution's outcome, with every event that what people said owes: what came after the seal would not be sealed. */
const readPaid = async (deps: PublishDeps, record: ExecutionRecord): Promise<ReadOutcome> => {
  const { execution_id } = record;
  const read = await readExecutionOutcome(deps, execution_id);
  const serial = read.events.filter(({ chain }) => chain === "execution");
  const paid = await payOwed(deps, execution_id, { requests: read.approvals, record }, serial);
  return paid ? readExecutionOutcome(deps, execution_id) : read;
};

const seal = async (
  deps: PublishDeps,
  execution: ExecutionRecord,
  files: readonly { name: string; content: string }[],
  events: readonly AuditEvent[],
): Promise<Manifest> => {
  const { execution_id } = execution;
  const heads = headsOf(events);
  const previous = await previousManifest(deps, execution);
  const unsigned = buildManifest({
    execution_id,
    number: (previous?.number ?? 0) + 1,
    previous,
    created_at: deps.clock.now().toISOString(),
    files,
    heads,
    merkle_root: merkleRoot(heads),
    operators_head: await operatorsHead(deps),
  });
  return attachSignature(unsigned, deps.signer === null ? null : await deps.signer.sign(payloadToSign(unsigned)));
};

/** The manifest of the last number that is on record: a repeated task replaces the one it wrote before. */
const previousManifest = async (
  deps: Pick<Deps, "artifactFiles">,
  execution: ExecutionRecord,
): Promise<Manifest | null> => {
  if (execution.manifests === 0) return null;
  const text = await deps.artifactFiles.read(execution.execution_id, numberedManifest(execution.manifests));
  if (text === undefined) throw new ManifestLost(execution);
  return manifest.parse(JSON.parse(text));
};

/** A manifest that was sealed is gone: starting to count again would hide it. A person has to look. */
class ManifestLost extends Error {
  constructor({ execution_id, manifests }: Pick<ExecutionRecord, "execution_id" | "manifests">) {
    super(
      `manifest ${manifests} of execution ${execution_id} was sealed and is gone: restore ${numberedManifest(manifests)}`,
    );
    this.name = "ManifestLost";
  }
}

const operatorsHead = async ({ auditLog }: Pick<Deps, "auditLog">): Promise<ChainHead | null> => {
  const head = await auditLog.head(OPERATORS, OPERATORS);
  return head === undefined ? null : { chain: head.chain, seq: head.seq, hash: head.hash };
};

const headsOf = (events: readonly AuditEvent[]): ChainHead[] => {
  const heads = new Map<string, ChainHead>();
  for (const { chain, seq, hash } of events) heads.set(chain, { chain, seq, hash });
  return [...heads.values()];
};
