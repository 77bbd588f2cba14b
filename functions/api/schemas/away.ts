import { z } from "zod";
import { absence } from "../../../shared/execution/approval/away.ts";

export const awayBody = z.strictObject({
  /** The moment at which it begins; without, now. */
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }),
  /** The person or group told in the meantime; without, the next of each tool's list. */
  instead: absence.shape.instead.default(null),
});
export type AwayBody = z.output<typeof awayBody>;

/** Absences that are over are not listed. */
export const awayList = z.strictObject({ away: z.array(absence) });
export type AwayList = z.infer<typeof awayList>;
export const awayReply = z.strictObject({
  away: absence,
  /** Tools on whose list nobody is here when it begins: their requests go to everybody. */
  nobody_left: z.array(z.string()),
});
export type AwayReply = z.infer<typeof awayReply>;
export const awayRemoved = z.strictObject({ back: z.string() });
export type AwayRemoved = z.infer<typeof awayRemoved>;
