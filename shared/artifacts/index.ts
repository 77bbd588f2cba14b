import type { Artifact } from "./artifact.ts";
import { executionStateTransitions } from "./execution-state-transitions.ts";
import { learningSignalsFile } from "./learning-signals.ts";
import { orchestrationSummaryFile } from "./orchestration-summary.ts";
import { rollbackEvents } from "./rollback-events.ts";
import { systemHealthFile } from "./system-health.ts";
import { toolConflictsFile } from "./tool-conflicts.ts";
import { toolExecutionLog } from "./tool-execution-log.ts";

export type { Artifact, ArtifactInput } from "./artifact.ts";
export * from "./manifest.ts";

/**
 * The output files by the generation in which a release added them. A generation never changes once a release
 * has published it: manifests that are on record are held to it. A new artifact begins a new generation at the end.
 */
const GENERATIONS: readonly (readonly Artifact[])[] = [
  [
    toolExecutionLog,
    orchestrationSummaryFile,
    executionStateTransitions,
    toolConflictsFile,
    rollbackEvents,
    learningSignalsFile,
    systemHealthFile,
  ],
];

/** All output files, in the order in which the documentation numbers them. */
export const ARTIFACTS: readonly Artifact[] = GENERATIONS.flat();

/** The names that manifests list, by generation: those of today's last, those that earlier releases wrote before. */
export const SEALED_NAMES: readonly (readonly string[])[] = GENERATIONS.map((_, latest) =>
  GENERATIONS.slice(0, latest + 1).flatMap((generation) => generation.map(({ name }) => name)),
);
