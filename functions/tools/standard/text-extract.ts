import type { JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { textOr } from "../arguments.ts";
import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { elementsOf, pageAt, urlOf } from "./page.ts";

/** The text of a page, or of one element of it. */
export const textExtract: ReadingTool = {
  kind: "read",
  mock: (args, seed) => ({ url: urlOf(args), text: `Welcome back, ${seed.person("reader").first_name}.` }),
  read: async ({ arguments: args }, reader) => {
    const url = urlOf(args);
    const page = await pageAt(reader, url);
    const selector = textOr(args, "selector", "");
    if (selector === "") return { url, text: page.text ?? "" };
    const element = (await elementsOf(reader, url)).find((candidate) => candidate.selector === selector);
    if (element === undefined) throw new ToolFailure(`there is no ${selector} on ${url}`);
    return { url, selector, text: textOf(element) };
  },
  summary: (output) => `the text of ${output.selector ?? "the page"} on ${output.url}`,
};

/** A field shows its value, or its label while it is empty; a button shows its label. */
const textOf = (element: JsonObject): string => textOr(element, "value", textOr(element, "label", ""));
