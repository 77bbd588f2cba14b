import type { Random } from "../random.ts";
import { START_MS } from "../trace.ts";

/** A time during which the service answers nobody, in virtual milliseconds. */
export type Absence = { readonly from: number; readonly until: number };

const MOST = 4;
/** Plans come in the first minutes, and are rehearsed then. */
const WITHIN_SECONDS = [30, 300, 900] as const;
/** Most are shorter than a rehearsal asks again for (31 s); some longer than a LIVE read is put off for (5 minutes). */
const LASTS_SECONDS = [2, 10, 10, 25, 25, 60, 400] as const;

export const drawAbsences = (random: Random): Absence[] =>
  Array.from({ length: random.between(1, MOST) }, () => {
    const from = START_MS + random.below(random.pick(WITHIN_SECONDS) * 1_000);
    return { from, until: from + random.pick(LASTS_SECONDS) * 1_000 };
  });
