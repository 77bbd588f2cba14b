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

/** The seven output files, in the order in which the documentation numbers them. */
export const ARTIFACTS: readonly Artifact[] = [
  toolExecutionLog,
  orchestrationSummaryFile,
  executionStateTransitions,
  toolConflictsFile,
  rollbackEvents,
  learningSignalsFile,
  systemHealthFile,
];
