import type { Executions } from "../shared/ports/executions.ts";

/** Whether there is any. One is made only by a server that had its signing key; one that cannot be read counts, too. */
export const hasExecutions = async ({ executions }: { readonly executions: Executions }): Promise<boolean> => {
  const { items, unreadable, next } = await executions.list({ limit: 1, next: null });
  return items.length > 0 || unreadable.length > 0 || next !== null;
};
