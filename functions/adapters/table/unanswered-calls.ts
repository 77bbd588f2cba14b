import { z } from "zod";
import { MOST_UNANSWERED, type UnansweredCalls } from "../../../shared/ports/coordination.ts";
import type { Item } from "./item.ts";
import { UNANSWERED, unansweredKey } from "./keys/of-calls.ts";
import { bodyOf, eachReadable, instant, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const unansweredCall = z.strictObject({
  execution_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  of: z.string(),
  at: z.string(),
});

const KEPT_MS = 3_600_000;

/** Each new one takes more old ones away than itself, so that those of an outage are gone after a while. */
const GO_AT_ONCE = 4;

/** They say when a service gave no answer, and protect nothing: one that cannot be read counts as none. */
export const unansweredCalls = (table: Table): UnansweredCalls => ({
  put: async (call) => {
    const put = { ...call, at: instant(call.at) };
    await table.update(unansweredKey(put), { set: bodyOf(put) });
    const before = new Date(milliseconds(put.at) - KEPT_MS).toISOString();
    const oldest = await table.query(UNANSWERED, { limit: GO_AT_ONCE });
    await Promise.all(oldest.filter(({ sk }) => sk < before).map(({ pk, sk }) => table.delete({ pk, sk })));
  },

  between: async (since, now) => {
    const from = instant(since);
    const until = `${instant(now)}~`;
    const oldest = await table.query(UNANSWERED, { after: from, limit: MOST_UNANSWERED });
    const last = oldest.at(-1)?.sk;
    const newest =
      last === undefined || oldest.length < MOST_UNANSWERED || last > until
        ? []
        : await table.query(UNANSWERED, { after: until, descending: true, limit: MOST_UNANSWERED });
    const others = newest.filter(({ sk }) => last !== undefined && sk > last).toReversed();
    const within = ({ sk }: Item): boolean => sk < until;
    return eachReadable([...oldest, ...others].filter(within), (item) => readBody(unansweredCall, item)).items;
  },
});
