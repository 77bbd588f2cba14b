import { z } from "zod";
import { digestOf } from "../../plan/digest.ts";
import type { LedgerRow } from "./ledger-row.ts";
import { bodyRef } from "./step-record.ts";

/** The value that stands in a row instead of an output that is too large for it: where that is kept. */
export const keptOutput = z.strictObject({ $body: bodyRef });

/** Digest of the output that a row holds, or refers to, as that of the body that steps and artifacts name. */
export const outputDigest = ({ output }: Pick<LedgerRow, "output">): string => {
  const kept = keptOutput.safeParse(output);
  return kept.success ? kept.data.$body.digest : digestOf("body", output);
};
