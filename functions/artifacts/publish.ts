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
import { requestsDigest } from "../../shared/artifacts/sealed-requests.ts";
import { type AuditEvent, OPERATORS } from "../../shared/audit/audit-event.ts";
import { type ChainHead, merkleRoot } from "../../shared/audit/merkle.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { compareAndSet, type Moved } from "../../shared/ports/contention.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import { Unstorable, unlessUnstorable } from "../../shared/ports/unstorable.ts";
import type { Deps } from "../deps.ts";
import { type CurrentHealthDeps, healthAfter } from "../health/score.ts";
import { announceEnd, markAnnouncement } from "../records/announce-end.ts";
import { loadExecution, readExecution } from "../records/documents.ts";
import { type LoadedOutcome, loadOutcome, type OutcomeDeps } from "../records/load-outcome.ts";
import { drainOutbox } from "../records/outbox.ts";
import { withReadable } from "../records/readable-only.ts";
import { workflowRun } from "../records/workflow-input.ts";

export type PublishDeps = OutcomeDeps &
  CurrentHealthDeps &
  Pick<Deps, "signals" | "metricHistory" | "artifactFiles" | "signer" | "bus" | "log" | "pendingAnnouncements">;

/**
 * Artifacts: the files and the manifest that seals them, then OrchestrationCompleted. Acts of people that have no
 * event yet get it before the seal. Repeated before the execution has ended, it replaces the files of the same manifest
 * number; afterwards it only announces the end again. An execution taken up again gets the next number.
 *
 * Two may be at it at once: a task that was given up goes on while the next attempt runs. Each begins with a write of
 * the execution's record, and replaces only what it saw standing while that write was the record's last. So once the
 * later of the two has written a file, the earlier can replace it no more, and only the later can end the execution.
 * @throws Contended when others were faster each time; whoever runs this tries again after a pause
 */
export const publish =
  (deps: PublishDeps) =>
  async (input: unknown): Promise<{ published: string[] }> => {
    const { execution_id, history } = workflowRun.parse(input);
    return compareAndSet(`the artifacts of ${execution_id}`, TURNS, async () => {
      const found = await readExecution(deps, execution_id);
      if (found.history !== history || found.concluded === null) return { published: [] };
      if (found.status !== "RUNNING") return { published: await announce(deps, found) };
      const { publishing_given_up: _, ...tried } = found;
      const mine = await deps.executions.update({ ...tried, publishing_at: deps.clock.now().toISOString() });
      if (mine === "moved") return mine;
      const manifests = await writeReadable(deps, mine);
      if (manifests === "moved") return manifests;
      await markAnnouncement(deps, mine);
      // The last write of an execution: from here on its status says how it ended, and its artifacts are there.
      const ended = await deps.executions.update({ ...mine, status: found.concluded, manifests });
      return ended === "moved" ? ended : { published: await announce(deps, ended) };
    });
  };

/** Two that publish equally fast could overtake each other for ever: one of them is tried again later, the other is not. */
const TURNS = 3;

const announce = async (
  deps: Pick<Deps, "bus" | "pendingAnnouncements">,
  execution: ExecutionRecord,
): Promise<string[]> => {
  await announceEnd(deps, execution);
  return execution.schedule === null ? [] : [...ARTIFACTS.map(({ name }) => name), MANIFEST_NAME];
};

/**
 * Of an execution of which something cannot be read, the artifacts say what can be. Where that are events, or events
 * could not be written, nothing could be sealed as whole: it ends without artifacts of this end, rather than never.
 */
const writeReadable = (deps: PublishDeps, mine: ExecutionRecord): Promise<number | Moved> => {
  const without = (why: Error): number => {
    deps.log.error("an execution ends without artifacts", {}, why);
    return mine.manifests;
  };
  return unlessUnstorable(
    () =>
      unlessDamaged(
        () =>
          withReadable(
            deps,
            () => loadExecution(deps, mine.execution_id),
            (ports) => writeAll(ports, mine),
          ),
        without,
      ),
    without,
  );
};

/**
 * The artifacts as everything stands, and the manifest that seals them, written by who wrote the execution's record last.
 * @returns how many manifests there are now; "moved" when somebody else has written the record or a file since
 */
const writeAll = async (deps: PublishDeps, execution: ExecutionRecord): Promise<number | Moved> => {
  const { execution_id } = execution;
  if (execution.schedule === null) return execution.manifests;
  const seen = await deps.artifactFiles.tags(execution_id);
  if ((await readExecution(deps, execution_id)).version !== execution.version) return "moved";
  const { schedule, outcome, events } = await readDrained(deps, execution);
  if (!events.some((event) => isConclusionOf(execution, event))) throw new EndUnrecorded(execution);
  const input: ArtifactInput = {
    outcome,
    schedule,
    scheduled_at: events.find((event) => event.type === "conflicts_resolved")?.at ?? execution.submitted_at,
    signals: await deps.signals.ofExecution(execution_id),
    health: await healthAfter(deps, execution),
  };
  const files = ARTIFACTS.map((artifact) => ({ name: artifact.name, content: artifact.render(input) }));
  const sealed = await seal(deps, execution, files, events);
  const content = renderManifest(sealed);
  const manifests = [MANIFEST_NAME, numberedManifest(sealed.number)].map((name) => ({ name, content }));
  for (const file of [...files, ...manifests]) {
    const { name } = file;
    const outcome = await deps.artifactFiles.write(execution_id, name, file.content, seen.get(name) ?? null);
    if (outcome === "moved") return outcome;
  }
  return sealed.number;
};

const isConclusionOf = ({ history }: ExecutionRecord, { chain, type, body }: AuditEvent): boolean =>
  chain === "execution" && type === "concluded" && body.history === history;

/** The store took no event of the end: what a manifest sealed would never be shown to have ended. */
class EndUnrecorded extends Unstorable {
  override readonly name = "EndUnrecorded";
  constructor({ execution_id, history }: ExecutionRecord) {
    super(`the end of execution ${execution_id} (workflow run ${history}) could not be put on record`);
  }
}

/** The execution's outcome, with the outbox of people's acts drained: an event after the seal would not be sealed. */
const readDrained = async (deps: PublishDeps, record: ExecutionRecord): Promise<LoadedOutcome> => {
  const { execution_id } = record;
  const read = await loadOutcome(deps, execution_id);
  const serial = read.events.filter(({ chain }) => chain === "execution");
  const drained = await drainOutbox(deps, execution_id, { requests: read.approvals, record }, serial);
  return drained ? loadOutcome(deps, execution_id) : read;
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
    // Read after the events: what somebody says from now on has its event behind this seal.
    requests_digest: requestsDigest(await deps.approvals.ofExecution(execution_id)),
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
class ManifestLost extends Surprise {
  override readonly name = "ManifestLost";
  constructor({ execution_id, manifests }: Pick<ExecutionRecord, "execution_id" | "manifests">) {
    super(
      `manifest ${manifests} of execution ${execution_id} was sealed and is gone: restore ${numberedManifest(manifests)}`,
    );
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
