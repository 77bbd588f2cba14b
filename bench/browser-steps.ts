import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { localPages } from "../local/browser.ts";
import type { Element, VisitLimits } from "../shared/ports/pages.ts";
import { type Figure, figureOf, timed } from "./figure.ts";

const STEPS = 40;
const LIMITS: VisitLimits = { timeout_ms: 20_000 };
const EMAIL: Element = { by: "selector", selector: "css=#email" };

/**
 * Steps of one agent on one shared page, each looked at as a preview does and then done. A field is filled in, since what
 * a click takes is the site's time.
 */
export const benchBrowserSteps = async (): Promise<Figure[]> => {
  const program = join(import.meta.dirname, "..", "examples", "pages", "application.ts");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const open = String(line).trim();
  const { host } = new URL(open);
  const pages = localPages({ allowed_hosts: [host], networks: [], loopback: true }, Date.now);
  const owner = { execution_id: "bench", agent_id: "one", hosts: [host] };
  const step = async (value: string): Promise<void> => {
    const visit = { owner, open, actions: [{ kind: "fill", element: EMAIL, value } as const] };
    const seen = await pages.lookToAct(visit, LIMITS);
    const acted = await pages.act(visit, LIMITS);
    if (seen.kind !== "seen" || acted.kind !== "done") throw new Error(JSON.stringify([seen, acted]));
  };
  try {
    const first = await timed(() => step("first@example.com"));
    const took = await timed(async () => {
      for (let number = 0; number < STEPS; number += 1) await step(`${number}@example.com`);
    });
    return [
      figureOf("browser: start, first page and first step", first, "ms"),
      figureOf("browser: steps a second with one shared page", (STEPS / took) * 1_000, "/s"),
    ];
  } finally {
    await pages.stop();
    child.kill();
  }
};
