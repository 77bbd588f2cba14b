import { monotonicFactory } from "ulid";
import { secretId } from "../functions/adapters/secret-id.ts";
import { listedAt, momentOfId } from "../shared/execution/record/listed-at.ts";
import type { Executions } from "../shared/ports/executions.ts";
import type { Ids } from "../shared/ports/runtime.ts";

/**
 * Ids that grow, also over a restart with the machine's clock set back: the first is greater than that of the newest
 * execution on record, by which people ask for the last one.
 */
export const growingIds = async ({ list }: Pick<Executions, "list">): Promise<Ids> => {
  const { items, unreadable } = await list({ limit: 1, next: null });
  const moments = [...items.map(listedAt), ...unreadable.flatMap((id) => momentOfId(id) ?? [])];
  const next = monotonicFactory();
  // An id of the same millisecond may be greater.
  for (const moment of moments) next(Date.parse(moment) + 1);
  return { next: () => next(), secret: secretId };
};
