import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { elementsOf, pageAt, urlOf } from "./page.ts";

/** The content of a page: its title and its elements with selectors, labels and contents. */
export const visionInspect: ReadingTool = {
  kind: "read",
  mock: (args, seed) => ({
    url: urlOf(args),
    title: "Create your account",
    elements: [
      { selector: "#email", kind: "field", label: "Work email", value: seed.person("field").email },
      { selector: "#next", kind: "button", label: "Next", clicks: 0 },
    ],
  }),
  read: async ({ arguments: args }, reader) => {
    const url = urlOf(args);
    const page = await pageAt(reader, url);
    return { url, title: page.title ?? "", elements: await elementsOf(reader, url) };
  },
  summary: (output) =>
    `${Array.isArray(output.elements) ? output.elements.length : 0} element(s) on ${JSON.stringify(output.title)}, ${output.url}`,
};
