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
import { type OutcomeDeps, readExecutionOutcome } from "../execution/read-execution-outcome.ts";
import { runInput } from "../execution/reopen.ts";
import { historyInput } from "../execution/workflow-input.ts";
import { type CurrentHealthDeps, currentHealth } from "../health/score.ts";

export type PublishDeps = OutcomeDeps & CurrentHealthDeps & Pick<Deps, "signals" | "artifactFiles" | "signer" | "bus">;

/**
 * Artifacts: the seven files and the manifest that seals them, then OrchestrationCompleted. Repeated, it replaces the
 * files of the same manifest number; an execution taken up again later gets the next number.
 */
export const publish =
  (deps: PublishDeps) =>
  async (input: unknown): Promise<{ published: string[] }> => {
    const { execution_id, history } = historyInput.parse(input);
    const execution = await readExecution(deps, execution_id);
    if (execution.concluded === null || execution.history !== history) return { published: [] };
    if (execution.schedule === null) {
      await finish(deps, execution_id, execution.manifests);
      return { published: [] };
    }
    const { schedule, outcome, events } = await readExecutionOutcome(deps, execution_id);
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
    await finish(deps, execution_id, sealed.number);
    await deps.bus.publish([
      {
        type: "OrchestrationCompleted",
        detail: {
          id: `${execution_id}/${sealed.number}`,
          execution_id,
          status: execution.concluded,
          manifest: sealed.number,
          correlation_id: runInput(execution).correlation_id,
        },
      },
    ]);
    return { published: [...files.map((file) => file.name), MANIFEST_NAME] };
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

/** The last write of an execution: from here on its status says how it ended, and its artifacts are there. */
const finish = async (deps: Pick<Deps, "executions">, execution_id: string, manifests: number): Promise<void> => {
  for (;;) {
    const execution = await readExecution(deps, execution_id);
    if (execution.concluded === null || execution.status !== "RUNNING") return;
    const ended = { ...execution, status: execution.concluded, manifests };
    if ((await deps.executions.update(ended)) !== undefined) return;
  }
};
