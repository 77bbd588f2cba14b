import { z } from "zod";

const absence = z.looseObject({
  person: z.string(),
  from: z.string(),
  until: z.string(),
  instead: z.string().nullable(),
  by: z.string(),
});
export type Absence = z.infer<typeof absence>;

export const awayList = z.looseObject({ away: z.array(absence) });
export const awayReply = z.looseObject({ away: absence, nobody_left: z.array(z.string()) });
export const awayRemoved = z.looseObject({ back: z.string() });
