import { textOr } from "../arguments.ts";
import type { WritingTool } from "../kinds/sandbox-tool.ts";
import { START_BUTTON } from "../world/seed-data.ts";
import { clicksOf, elementOf, elementTarget } from "./element-action.ts";
import { elementsOf, fieldValues, urlOf } from "./page.ts";

/** Clicks a button. The values of the page's fields are part of the preview: that is what the click sends. */
export const buttonClick: WritingTool = {
  kind: "write",
  mock: (args) => ({ url: urlOf(args), selector: textOr(args, "selector", START_BUTTON), clicks: 1, sent: {} }),
  target: ({ arguments: args }) => elementTarget(args, START_BUTTON),
  plan: async (planning) => {
    const { url, selector, element } = elementOf(planning, "button");
    const clicks = clicksOf(element) + 1;
    const sent = fieldValues(await elementsOf(planning.reader, url));
    return {
      set: { clicks },
      output: { url, selector, clicks, sent },
      summary: `clicks ${JSON.stringify(element.label ?? selector)} on ${url}`,
    };
  },
};
