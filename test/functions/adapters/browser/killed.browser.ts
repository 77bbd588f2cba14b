import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { chromiumPages, type KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { startTestBrowser } from "../../../browser/start.ts";
import { startFormApp } from "../../../counterparts/form-app.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined, openAccount, toolsOver, waitingFor, wayOver } from "../../tools/browser/form-tools.ts";

const app = await startFormApp();
afterAll(app.stop);
beforeEach(app.clear);

/** The process of the browser itself. */
const processOf = async (browser: Browser): Promise<number> => {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const own = processInfo.find(({ type }) => type === "browser");
  if (own === undefined) throw new Error("the browser does not say which process it is");
  return own.id;
};

/** Moments at which the browser is killed: what the application is asked for then. */
const MOMENTS = ["GET /", "POST /account", "GET /confirm", "POST /confirm", "GET /done"];

await describeInBrowser("a browser that is killed while it acts", () => {
  let pages: KeptPages | undefined;
  afterEach(() => pages?.stop());

  for (const moment of MOMENTS) {
    it(`a browser that is killed ${moment} leaves no false failure, and one effect at most`, async () => {
      let started: Browser | undefined;
      pages = chromiumPages({
        start: async () => {
          const tried = await startTestBrowser();
          if (tried.ok) started = tried.value;
          return tried;
        },
        reach: { allowed_hosts: [app.host], networks: [], loopback: true },
        now: Date.now,
      });
      const contract = defined(openAccount(app));
      const { live } = toolsOver(contract, wayOver(waitingFor(pages, 30_000)));
      const call = liveCall(toolCall(contract, { email: "a@b.c" }), "key_1");
      app.atRequest(moment, async () => {
        if (started !== undefined) process.kill(await processOf(started), "SIGKILL");
      });
      const outcome = await live.call(call);
      expect(outcome.kind).not.toBe("committed");
      if (outcome.kind === "rejected") expect(app.effects).toEqual([]);
      else {
        const found = await live.lookUp(call, "forward");
        expect(found.kind).toBe(app.effects.length === 0 ? "did_not_happen" : "happened");
      }
      expect(app.effects.length).toBeLessThanOrEqual(1);
    });
  }

  it("a browser that was killed is started again for the next call", async () => {
    const browsers: Browser[] = [];
    pages = chromiumPages({
      start: async () => {
        const tried = await startTestBrowser();
        if (tried.ok) browsers.push(tried.value);
        return tried;
      },
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const contract = defined(openAccount(app));
    const { dryRun } = toolsOver(contract, wayOver(waitingFor(pages, 30_000)));
    const call = toolCall(contract, { email: "a@b.c" });
    const before = await dryRun.preview(call);
    const [first] = browsers;
    if (first === undefined) throw new Error("no browser was started");
    const gone = new Promise<void>((resolve) => first.once("disconnected", () => resolve()));
    process.kill(await processOf(first), "SIGKILL");
    await gone;
    expect(await dryRun.preview(call)).toEqual(before);
    expect(browsers).toHaveLength(2);
  });
});
