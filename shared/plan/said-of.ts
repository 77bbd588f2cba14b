/** Statuses by which somebody said what had become of a call; nothing of others. */
export const saidOf = (status: string): string | undefined =>
  status === "happened" ? "it happened" : status === "did_not_happen" ? "it did not happen" : undefined;
