import { textOr } from "../arguments.ts";
import type { WritingTool } from "../kinds/sandbox-tool.ts";
import { START_FIELD } from "../world/seed-data.ts";
import { elementOf, elementTarget } from "./element-action.ts";
import { urlOf } from "./page.ts";

/** Puts a value into a field of a page; without a value it leaves the field as it is. Undoing puts the old value back. */
export const formFill: WritingTool = {
  kind: "write",
  mock: (args) => ({ url: urlOf(args), selector: textOr(args, "selector", START_FIELD), value: args.value ?? "" }),
  target: ({ arguments: args }) => elementTarget(args, START_FIELD),
  plan: async (planning) => {
    const { url, selector, element } = elementOf(planning, "field");
    const value = planning.call.arguments.value ?? element.value ?? "";
    return {
      set: { value },
      output: { url, selector, value },
      summary: `fills ${selector} on ${url} with ${JSON.stringify(value)}`,
    };
  },
};
