import type { Deps } from "../../functions/deps.ts";

/** Begins a fresh workflow run, of which a function of the first does not know; once, however often it is called. */
export const supersede = async ({ executions }: Pick<Deps, "executions">, execution_id: string): Promise<void> => {
  const record = await executions.get(execution_id);
  if (record?.history === 1) await executions.update({ ...record, history: 2 });
};
