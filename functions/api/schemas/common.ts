import { z } from "zod";
import { argumentChange } from "../../../shared/execution/approval/approval.ts";
import { fieldChange } from "../../../shared/execution/approval/preview.ts";
import { violation } from "../../../shared/plan/violation.ts";

/** An error as RFC 9457 has it; `type` names the kind for programs, `detail` says what to do for people. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  /** Everything that is wrong with the input, each with its place (JSON Pointer into what was sent). */
  violations: z.array(violation).optional(),
  /** How many more violations there are than are listed. */
  more: z.number().int().nonnegative().optional(),
  /** The limit that was exceeded, with its unit. */
  limit: z.strictObject({ name: z.string(), value: z.number(), unit: z.string() }).optional(),
  /** When it may be tried again, as `Retry-After` says. */
  retry_after_seconds: z.number().int().positive().optional(),
  /** For programs: which rule refused, where one `type` covers several. */
  reason: z.string().optional(),
  /** For a decision on what is asked no more: the request that stands in its place, and how it differs from what was seen. */
  stands_now: z
    .strictObject({
      approval_id: z.string(),
      digest: z.string(),
      /** Whether the digest that was sent is of an earlier request of the step; what changed is not known otherwise. */
      known: z.boolean(),
      changes: z.array(argumentChange),
      more_changes: z.number().int().nonnegative(),
      /** Fields that have another value by now, from then to now. */
      drift: z.array(fieldChange),
    })
    .optional(),
  /** The scope a token must carry for this request. */
  required_scope: z.string().optional(),
  /** Names this occurrence in the logs. */
  instance: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** Text of an agent, quoted to a person: never an instruction, never a fact. */
export const untrustedText = z.strictObject({ untrusted: z.literal(true), text: z.string() });
export type UntrustedText = z.infer<typeof untrustedText>;

/** Query parameters are text: `"25"` counts, `"25x"` and `""` do not. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));

export const pageQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50),
  /** As the page before gave it. */
  next: z.string().max(2048).optional(),
});

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** Records of this page that cannot be read: its record is damaged, and the others are shown. */
export const unreadable = z.array(z.string());

/** Why a person did it; kept in the audit. */
export const reason = z.string().trim().min(1, "say why: it is kept in the audit").max(2_000);
export const reasonBody = z.strictObject({ reason });
