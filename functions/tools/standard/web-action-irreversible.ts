import { textOr } from "../arguments.ts";
import type { WritingTool } from "../kinds/sandbox-tool.ts";
import { COLLECTIONS } from "../world/world.ts";
import { elementsOf, fieldValues, pageAt, urlOf } from "./page.ts";

/** An action on a page that cannot be taken back: a payment, a cancellation. Recorded with what it would send. */
export const webActionIrreversible: WritingTool = {
  kind: "write",
  mock: (args, seed) => ({ action_id: seed.id("act"), url: urlOf(args), action: textOr(args, "action", "") }),
  target: () => ({ collection: COLLECTIONS.webActions, id: null, prefix: "act" }),
  plan: async ({ call: { arguments: args }, id, reader }) => {
    const url = urlOf(args);
    await pageAt(reader, url);
    const sent = fieldValues(await elementsOf(reader, url));
    const action = textOr(args, "action", textOr(args, "selector", ""));
    return {
      set: { ...args, url, sent },
      output: { action_id: id, url, action, sent },
      summary: `does ${JSON.stringify(action)} on ${url}, which cannot be undone`,
    };
  },
};
