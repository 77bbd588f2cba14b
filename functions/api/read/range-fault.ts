import { oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** Two times in the query that are the wrong way round: nothing is between them, and whoever asks is not told so. */
export const rangeFault = ({
  since,
  until,
}: {
  since?: Date | undefined;
  until?: Date | undefined;
}): Problem | undefined =>
  since !== undefined && until !== undefined && since > until
    ? oneViolation({ path: "/query/since", rule: "range", message: "must not be after until" })
    : undefined;
