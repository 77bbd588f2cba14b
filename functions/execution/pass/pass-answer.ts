import { z } from "zod";
import { restsOn } from "../../records/fallen-elsewhere.ts";
import { waveItem } from "../../records/workflow-input.ts";

/** The answer of one pass of Next wave to the engine, of bounded size: see within-bytes.ts. */
export const passAnswer = z.object({
  execution_id: z.string(),
  history: z.number(),
  /** The number to ask the next pass with. */
  pass: z.number(),
  decision: z.enum(["WAVE", "WAIT", "CONTINUE", "DONE", "ABORTED", "LOCKED"]),
  wave: z.array(waveItem),
  wait_seconds: z.number(),
  /** Events this workflow run has used, by the arithmetic above. */
  events_used: z.number(),
  /**
   * A digest of the decisions of others that this pass knew of: see wait-fingerprint.ts. Stored as `seen`, an earlier
   * word.
   */
  seen: z.string(),
});
export type PassAnswer = z.infer<typeof passAnswer>;

/** The same as it is stored, so that the same pass answers the same twice, with what only functions ask for. */
export const passRecord = passAnswer.extend({
  /**
   * Looked at while it waits: a call that is undone meanwhile wakes it. Absent where there is none. There may be as many
   * as the execution has steps, so that the engine, which does not ask, is not given them.
   */
  rests_on: restsOn.exactOptional(),
  /** Likewise, by the step that may be its duplicate: once it is known what came of a call, that wakes it. */
  awaits: restsOn.exactOptional(),
});
