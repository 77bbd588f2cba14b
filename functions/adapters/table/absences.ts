import { absence } from "../../../shared/execution/approval/away.ts";
import type { Absences } from "../../../shared/ports/absences.ts";
import { ABSENCES, absenceKey } from "./keys/of-requests.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

export const absences = (table: Table): Absences => ({
  // One that cannot be read keeps nobody from being asked.
  all: async () => eachReadable(await table.query(ABSENCES), (item) => readBody(absence, item)).items,
  put: async (said) => {
    await table.put({ ...absenceKey(said.person), ...bodyOf(said) });
  },
  remove: async (person) => {
    const key = absenceKey(person);
    const known = await table.get(key);
    await table.delete(key);
    return known !== undefined;
  },
});
