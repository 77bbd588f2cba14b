import { z } from "zod";
import { callerName } from "../../../shared/plan/caller-name.ts";

export const callerNameBody = callerName.pick({ name: true });
export type CallerNameBody = z.infer<typeof callerNameBody>;

export const callerNameReply = z.strictObject({ named: callerName, created: z.boolean() });
export type CallerNameReply = z.infer<typeof callerNameReply>;

/** By caller. A caller that has no name is not listed. */
export const callerNameList = z.strictObject({ names: z.array(callerName) });
export type CallerNameList = z.infer<typeof callerNameList>;

export const callerNameRemoved = z.strictObject({ removed: z.string() });
export type CallerNameRemoved = z.infer<typeof callerNameRemoved>;
