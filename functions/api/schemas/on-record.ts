import { z } from "zod";
import { auditEvent } from "../../../shared/audit/audit-event.ts";
import { executionRecord } from "../../../shared/execution/record/execution-record.ts";
import { recordLine } from "../../../shared/verification/record-line.ts";
import { pageOf, pageQuery, wholeNumber } from "./common.ts";

/**
 * Letters of a mark in the events of an execution. Of ten thousand steps that each went another way it has some seven
 * thousand; a request's line and headers together may have 10 KB at API Gateway.
 */
export const MOST_MARK_LENGTH = 8_192;

export const eventQuery = pageQuery
  .extend({
    /** The mark that the answer before gave; empty for the very first event. Answers what came since, whatever its chain. */
    after: z.string().max(MOST_MARK_LENGTH).optional(),
    /** Seconds to wait until something comes. */
    wait: wholeNumber(0, 25).default(0),
  })
  .refine(({ after, next }) => after === undefined || next === undefined, {
    error: "goes on from a mark of its own: send `after`, or `next`, not both",
    path: ["after"],
  })
  .refine(({ after, wait }) => after !== undefined || wait === 0, {
    error: "waits for what comes after a mark: send `after` too, empty at first",
    path: ["wait"],
  });
export const eventPage = pageOf(auditEvent).extend({
  /** Asked with `after`: the mark to ask with again, and how the execution stands; null for acts of operators. */
  after: z.string().exactOptional(),
  status: executionRecord.shape.status.nullable().exactOptional(),
});
export type EventPage = z.infer<typeof eventPage>;

export const recordQuery = pageQuery.extend({ limit: wholeNumber(1, 200).default(100) });
/** Lines of everything that is on record of an execution; `next` is null after the last. */
export const recordPage = pageOf(recordLine);
export type RecordPage = z.infer<typeof recordPage>;

export const artifactList = z.strictObject({
  execution_id: z.string(),
  items: z.array(z.strictObject({ name: z.string(), content_type: z.string(), href: z.string() })),
});
export type ArtifactList = z.infer<typeof artifactList>;
