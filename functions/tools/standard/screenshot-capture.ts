import { digestOf } from "../../../shared/plan/digest.ts";
import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { elementsOf, pageAt, urlOf } from "./page.ts";

const SIZE = { width: 1280, height: 800 } as const;

/** A picture of a page, by reference: the digest changes exactly when something on the page does. */
export const screenshotCapture: ReadingTool = {
  kind: "read",
  mock: (args, seed) => ({ url: urlOf(args), image: `${seed.id("screenshot")}.png`, ...SIZE }),
  read: async ({ arguments: args }, reader) => {
    const url = urlOf(args);
    const shown = { page: await pageAt(reader, url), elements: await elementsOf(reader, url) };
    return { url, image: `screenshot_${digestOf("screenshot", shown).slice(0, 12)}.png`, ...SIZE };
  },
  summary: (output) => `a picture of ${output.url}`,
};
