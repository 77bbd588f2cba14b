import { EventEmitter } from "node:events";
import type { Browser } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { chromiumPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import { startFormApp } from "../../../counterparts/form-app.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined, openAccount, toolsOver, waitingFor, wayOver } from "../../tools/browser/form-tools.ts";

const app = await startFormApp();
afterAll(app.stop);

describe("a machine without a browser", () => {
  it("a machine without a browser fails a preview and sends nothing, and says what is missing", async () => {
    const pages = chromiumPages({
      start: async () => ({ ok: false, refusal: "there is no chromium in PATH" }),
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const contract = defined(openAccount(app));
    const { dryRun, live } = toolsOver(contract, wayOver(waitingFor(pages, 30_000)));
    const call = toolCall(contract, { email: "a@b.c" });
    await expect(dryRun.preview(call)).rejects.toThrow("there is no chromium in PATH");
    expect(await live.call(liveCall(call, "key_1"))).toMatchObject({ kind: "rejected", unsent: true });
  });
});

describe("a browser that takes its time to start", () => {
  it("a browser that takes its time to start is asked for again, and nobody waits for it in vain", async () => {
    const pages = chromiumPages({
      start: () => new Promise(() => {}),
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const visit = { owner: { execution_id: "e", agent_id: "a", hosts: [app.host] }, open: app.url, actions: [] };
    const again = { why: "the browser is being started", again_in_seconds: 2 };
    expect(await pages.look(visit, { timeout_ms: 300 })).toMatchObject({ kind: "not_seen", ...again });
    expect(await pages.act(visit, { timeout_ms: 300 })).toEqual({ kind: "nothing_done", ...again });
  });
});

describe("a browser that dies while a page of it is opened", () => {
  /** The library never answers for the page then. */
  const dying = (): Browser => {
    const browser = new EventEmitter();
    let connected = true;
    const newPage = (): Promise<never> => {
      connected = false;
      browser.emit("disconnected");
      return new Promise(() => {});
    };
    const parts = { isConnected: () => connected, newContext: async () => ({ newPage }) };
    return Object.assign(browser, parts) as unknown as Browser;
  };

  it("a browser that dies while a page of it is opened keeps nobody waiting: it is asked for again", async () => {
    const pages = chromiumPages({
      start: async () => ({ ok: true, value: dying() }),
      reach: { allowed_hosts: [app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const visit = { owner: { execution_id: "e", agent_id: "a", hosts: [app.host] }, open: app.url, actions: [] };
    const again = { why: "the browser or its page ended before it came to it", again_in_seconds: 2 };
    const limits = { timeout_ms: 20_000 };
    expect(await pages.look(visit, limits)).toEqual({ kind: "not_seen", ...again, timed_out: false });
    expect(await pages.act(visit, limits)).toEqual({ kind: "nothing_done", ...again });
  });
});
