import { z } from "zod";

const callerName = z.looseObject({ caller: z.string(), name: z.string(), by: z.string(), at: z.string() });
export type CallerName = z.infer<typeof callerName>;

export const callerNameList = z.looseObject({ names: z.array(callerName) });
export const callerNameReply = z.looseObject({ named: callerName });
export const callerNameRemoved = z.looseObject({ removed: z.string() });
