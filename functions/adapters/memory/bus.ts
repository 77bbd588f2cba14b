import type { Bus, BusEvent } from "../../../shared/ports/workflow.ts";

/** A bus that only remembers. */
export const memoryBus = (): Bus & { readonly published: readonly BusEvent[] } => {
  const published: BusEvent[] = [];
  return {
    published,
    publish: async (events) => {
      published.push(...events);
    },
  };
};
