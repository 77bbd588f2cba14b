import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startChromium } from "../functions/adapters/browser/start-chromium.ts";
import { cacheFolder, localPages } from "../local/browser.ts";
import type { Element, VisitLimits } from "../shared/ports/pages.ts";
import { besides, type Figure, figureOf, medianOf, timed } from "./figure.ts";

const STEPS = 100;
const LIMITS: VisitLimits = { timeout_ms: 20_000 };
const EMAIL: Element = { by: "selector", selector: "css=#email" };

/** The same field filled in by the browser's own client, without a look before, a guarded way out or an agent's page. */
const bareFills = async (open: string) => {
  const started = await startChromium(
    { folder: cacheFolder(), executable: process.env.BUDDY_CHROMIUM },
    { sandbox: process.env.BUDDY_CHROMIUM_SANDBOX !== "off" && process.getuid?.() !== 0 },
  );
  if (!started.ok) throw new Error(started.refusal);
  const page = await started.value.newPage();
  await page.goto(open);
  return { fill: (value: string) => page.fill("#email", value), stop: () => started.value.close() };
};

/**
 * Steps of one agent on one shared page, each looked at as a preview does and then done. A field is filled in, since what
 * a click takes is the site's time. Calls on a page come one after the other, so no fifty are at once.
 */
export const benchBrowserSteps = async (): Promise<Figure[]> => {
  const program = join(import.meta.dirname, "..", "examples", "pages", "application.ts");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const open = String(line).trim();
  const { host } = new URL(open);
  const pages = localPages({ allowed_hosts: [host], networks: [], loopback: true }, Date.now);
  const owner = { execution_id: "bench", agent_id: "one", hosts: [host] };
  const visitOf = (value: string) => ({ owner, open, actions: [{ kind: "fill", element: EMAIL, value } as const] });
  const look = async (value: string): Promise<void> => {
    const seen = await pages.lookToAct(visitOf(value), LIMITS);
    if (seen.kind !== "seen") throw new Error(JSON.stringify(seen));
  };
  const act = async (value: string): Promise<void> => {
    const acted = await pages.act(visitOf(value), LIMITS);
    if (acted.kind !== "done") throw new Error(JSON.stringify(acted));
  };
  try {
    const first = await timed(async () => {
      await look("first@example.com");
      await act("first@example.com");
    });
    const bare = await bareFills(open);
    const taken = { look: [] as number[], act: [] as number[], bare: [] as number[] };
    for (let number = 0; number < STEPS; number += 1) {
      const value = `${number}@example.com`;
      taken.look.push(await timed(() => look(value)));
      taken.act.push(await timed(() => act(value)));
      taken.bare.push(await timed(() => bare.fill(value)));
    }
    await bare.stop();
    const seconds = [...taken.look, ...taken.act].reduce((sum, ms) => sum + ms, 0) / 1_000;
    const added = (words: string, of: (values: readonly number[]) => number): Figure =>
      besides(
        figureOf(`a call by browser, alone: added ${words}`, of(taken.act) - of(taken.bare), "ms"),
        of(taken.bare),
      );
    return [
      figureOf("browser: start, first page and first step", first, "ms"),
      figureOf("browser: steps a second with one shared page", STEPS / seconds, "/s"),
      added("at the median", medianOf),
      added("at the 99th percentile", (values) => Math.max(...values)),
    ];
  } finally {
    await pages.stop();
    child.kill();
  }
};
