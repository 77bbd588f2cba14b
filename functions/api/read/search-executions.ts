import pMap from "p-map";
import { aboutOf } from "../../../shared/execution/record/about.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { listedAt } from "../../../shared/execution/record/listed-at.ts";
import { aboutFits, asksAbout, recordFits, type Search } from "../../../shared/execution/record/search.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Listing } from "../../../shared/ports/executions.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../records/documents.ts";
import type { ExecutionPage } from "../schemas.ts";
import { summaryOf } from "./summaries.ts";

/** Records read at a time: those that do not fit cost no more than that. */
const PORTION = 50;
const READ_AT_A_TIME = 8;

/** A page ends then, however little it found: what is looked for may stand far behind. */
const WITHIN_MS = 8_000;

type Using = Pick<Deps, "executions" | "bodies" | "clock">;
type Asked = Search & { readonly limit: number; readonly next?: string | null | undefined };

/**
 * Executions that fit, the newest first. It reads those of the status alone, and none before `since`; a page may hold
 * less than its limit, or nothing, and have a `next`. @throws InvalidPageToken
 */
export const searchExecutions =
  (deps: Using) =>
  async ({ limit, next: from = null, ...search }: Asked): Promise<ExecutionPage> => {
    const begun = deps.clock.now().getTime();
    const unreadable: string[] = [];
    const items: ExecutionRecord[] = [];
    const look = async (record: ExecutionRecord): Promise<ExecutionRecord[]> =>
      unlessDamaged(
        async () => ((await fits(deps, search, record)) ? [record] : []),
        () => {
          unreadable.push(record.execution_id);
          return [];
        },
      );
    let next: string | null = from;
    do {
      const portion: Listing<ExecutionRecord> = await deps.executions.list({
        limit: Math.min(PORTION, limit - items.length),
        next,
        status: search.status,
      });
      unreadable.push(...portion.unreadable);
      items.push(...(await pMap(portion.items, look, { concurrency: READ_AT_A_TIME })).flat());
      next = isBefore(portion.items.at(-1), search.since) ? null : portion.next;
    } while (next !== null && items.length < limit && deps.clock.now().getTime() - begun < WITHIN_MS);
    return { items: items.map(summaryOf), unreadable, next };
  };

/** Nothing behind it is younger. */
const isBefore = (last: ExecutionRecord | undefined, since: string | undefined): boolean =>
  last !== undefined && since !== undefined && Date.parse(listedAt(last)) < Date.parse(since);

const fits = async (deps: Using, search: Search, record: ExecutionRecord): Promise<boolean> => {
  if (!recordFits(search, record)) return false;
  if (!asksAbout(search)) return true;
  return aboutFits(search, record, record.about ?? aboutOf(await readSubmission(deps.bodies, record.submission)));
};
