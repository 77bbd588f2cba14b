import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { chromiumPages, type KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { startTestBrowser } from "../../../browser/start.ts";
import { startFormApp } from "../../../counterparts/form-app.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined, goOn, openAccount, toolsOver, waitingFor, wayOver } from "../../tools/browser/form-tools.ts";

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

const endedBy = async (browser: Browser, signal: NodeJS.Signals): Promise<void> => {
  const gone = new Promise<void>((resolve) => browser.once("disconnected", () => resolve()));
  process.kill(await processOf(browser), signal);
  await gone;
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
      if (outcome.kind === "rejected") {
        expect(app.effects).toEqual([]);
        expect(outcome).toMatchObject({ unsent: true, again_in_seconds: 2 });
      } else {
        const found = await live.lookUp(call, "forward");
        expect(found.kind).toBe(app.effects.length === 0 ? "did_not_happen" : "happened");
      }
      expect(app.effects.length).toBeLessThanOrEqual(1);
    });
  }

  /** Ways in which a browser ends while it is used, whoever ends it. */
  const ENDS: Readonly<Record<string, (browser: Browser) => Promise<unknown>>> = {
    "is killed": (browser) => endedBy(browser, "SIGKILL"),
    "is told to end": (browser) => endedBy(browser, "SIGTERM"),
    "is stopped with Buddy": async () => pages?.stop(),
  };

  it.each(Object.entries(ENDS))(
    "a browser that %s under a call that has done nothing is no word of the page: it is asked for again",
    async (_how, end) => {
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
      const asked = toolCall(contract, { email: "a@b.c" });
      const ending = async (): Promise<void> => {
        if (started !== undefined) await end(started);
      };
      app.atRequest("GET /", ending);
      expect(await live.call(liveCall(asked, "key_1"))).toMatchObject({
        kind: "rejected",
        unsent: true,
        again_in_seconds: 2,
      });
      app.atRequest("GET /", ending);
      await expect(live.preview(asked)).rejects.toMatchObject({ again_in_seconds: 2, timed_out: false });
      expect(app.effects).toEqual([]);
    },
  );

  it("a page that crashes under a call that has done nothing has said nothing of it: it is asked for again", async () => {
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
    // It waits there for a field that never comes.
    const contract = defined(goOn(app, "/done"));
    const { live } = toolsOver(contract, wayOver(waitingFor(pages, 30_000)));
    app.atRequest("GET /done", async () => {
      const [page] = started?.contexts().flatMap((context) => context.pages()) ?? [];
      page?.once("load", async () => {
        const session = await page.context().newCDPSession(page);
        // Nobody answers it.
        session.send("Page.crash").catch(() => {});
      });
    });
    const again = { kind: "rejected", unsent: true, again_in_seconds: 2 };
    expect(await live.call(liveCall(toolCall(contract, {}), "key_1"))).toMatchObject(again);
  });

  it("a browser is not started again once Buddy has stopped it: who asks is told to come again", async () => {
    let starts = 0;
    pages = chromiumPages({
      start: () => {
        starts += 1;
        return startTestBrowser();
      },
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const contract = defined(openAccount(app));
    const { dryRun } = toolsOver(contract, wayOver(waitingFor(pages, 30_000)));
    const call = toolCall(contract, { email: "a@b.c" });
    await dryRun.preview(call);
    await pages.stop();
    await expect(dryRun.preview(call)).rejects.toMatchObject({ again_in_seconds: 2 });
    expect(starts).toBe(1);
  });

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
    await endedBy(first, "SIGKILL");
    expect(await dryRun.preview(call)).toEqual(before);
    expect(browsers).toHaveLength(2);
  });
});
