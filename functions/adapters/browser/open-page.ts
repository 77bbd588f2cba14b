import type { Browser, BrowserContext, Dialog, Page, Request } from "playwright-core";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import type { ClientOptions } from "../http/connections.ts";
import { unlessGone } from "./ended.ts";
import { type GuardedProxy, guardedProxy } from "./guarded-proxy.ts";

/** Of everybody alike, so that the same page looks the same wherever it is opened. */
const LOOKS = {
  viewport: { width: 1280, height: 800 },
  deviceScaleFactor: 1,
  locale: "en-US",
  timezoneId: "UTC",
  reducedMotion: "reduce",
  colorScheme: "light",
} as const;

/** Longer lists of what a page did beside its work help nobody. */
const MOST_NOTES = 20;
const READS = ["GET", "HEAD", "OPTIONS"];

/** A page of an agent, in a browser profile of its own that nothing else shares. */
export type OpenPage = {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly proxy: GuardedProxy;
  /** Outputs of the acts that were done on it, by key. */
  readonly done: Map<string, JsonObject>;
  /** Whether it may send what changes something: from the first act on. */
  sends: boolean;
  /** Signed in already, at this address. */
  signed_in_at: string | undefined;
  /** The answer to what the page asks. */
  dialogs: "accept" | "dismiss";
  readonly watched: Watched;
  /** Closed by nobody here: its process or the browser ended, or it closed itself. */
  lost: boolean;
  close(): Promise<void>;
};

/** The things that a page did since somebody began to watch. */
export type Watched = {
  /** Requests that change something, under way. */
  readonly sending: Set<Request>;
  /** Of those that are over: in words, the ones that were not answered well. */
  readonly failed: string[];
  readonly asked: {
    readonly text: string;
    readonly answer: "accepted" | "dismissed";
    readonly needs_answer: boolean;
  }[];
  /** How many dialogs came up in all. */
  dialogs: number;
  readonly opened: string[];
  readonly downloads: string[];
};

export const watchAnew = ({ watched }: OpenPage): void => {
  watched.sending.clear();
  watched.dialogs = 0;
  for (const list of [watched.failed, watched.asked, watched.opened, watched.downloads]) list.length = 0;
};

/** The things that a page did beside its work, for an output. */
export const besides = ({ watched }: OpenPage): JsonObject => {
  const asked = watched.asked.map(({ text, answer }): Json => `${text} (${answer})`);
  const { opened, downloads } = watched;
  return {
    ...(asked.length === 0 ? {} : { dialogs: asked }),
    ...(opened.length === 0 ? {} : { closed_tabs: [...opened] }),
    ...(downloads.length === 0 ? {} : { refused_downloads: [...downloads] }),
  };
};

/** Opens an empty page. `family`: a page that is only looked at sends nothing that changes anything. */
export const openPage = async (
  browser: Browser,
  reach: ClientOptions,
  hosts: readonly string[],
  family: "read" | "write",
): Promise<OpenPage> => {
  const proxy = await guardedProxy(reach, hosts);
  try {
    const context = await browser.newContext({
      ...LOOKS,
      proxy: { server: proxy.url, bypass: "<-loopback>" },
      acceptDownloads: false,
      serviceWorkers: "block",
    });
    const page = await unlessGone(browser, context.newPage());
    if (page === undefined) throw new Error("the browser ended while a page of it was opened");
    let closing = false;
    page.on("close", () => {
      open.lost ||= !closing;
    });
    const open: OpenPage = {
      context,
      page,
      proxy,
      done: new Map(),
      sends: false,
      signed_in_at: undefined,
      dialogs: "dismiss",
      watched: { sending: new Set(), failed: [], asked: [], dialogs: 0, opened: [], downloads: [] },
      lost: false,
      close: async () => {
        closing = true;
        await Promise.allSettled([context.close(), proxy.stop()]);
      },
    };
    await contain(open, family);
    watch(open);
    return open;
  } catch (error) {
    await proxy.stop();
    throw error;
  }
};

const contain = async (open: OpenPage, family: "read" | "write"): Promise<void> => {
  await open.context.route("**/*", async (route) => {
    const passes = open.sends || READS.includes(route.request().method());
    await settled(passes ? route.continue() : route.abort("blockedbyclient"));
  });
  // A socket's messages cannot be told apart by whether they change something.
  if (family === "read") await open.context.routeWebSocket(/.*/, (socket) => socket.close());
};

const watch = (open: OpenPage): void => {
  const { context, page, watched } = open;
  const note = (list: string[], text: string): void => {
    if (list.length < MOST_NOTES) list.push(text.slice(0, 500));
  };
  const sends = (request: Request): boolean => !READS.includes(request.method());
  const leaves = (request: Request): boolean => request.isNavigationRequest() && request.frame() === page.mainFrame();
  context.on("request", (request) => {
    if (sends(request) || (isOf(request, page) && leaves(request))) watched.sending.add(request);
  });
  const over = async (request: Request): Promise<void> => {
    if (!watched.sending.has(request)) return;
    // Gone with its page: then nobody knows the answer.
    const status = await request.response().then(
      (response) => response?.status(),
      () => undefined,
    );
    if (!watched.sending.delete(request)) return;
    const against = spokenAgainst(open, request, status);
    if (against !== undefined) note(watched.failed, `${request.method()} ${request.url()} ${against}`);
  };
  context.on("requestfailed", over);
  context.on("requestfinished", over);
  // One that crashed answers nothing any more, and is not closed by itself.
  page.on("crash", () => {
    open.lost = true;
    return settled(page.close());
  });
  page.on("dialog", (dialog) => answer(open, dialog));
  page.on("download", async (download) => {
    note(watched.downloads, download.suggestedFilename());
    await settled(download.cancel());
  });
  context.on("page", async (other) => {
    if (other === page || open.watched.opened.length >= MOST_NOTES) return;
    // A form that was sent with it has arrived before it is closed.
    await settled(other.waitForLoadState("domcontentloaded", { timeout: 2_000 }));
    note(watched.opened, other.url());
    await settled(other.close());
  });
};

/** A request of a service worker has no frame; there are none here. */
const isOf = (request: Request, page: Page): boolean => {
  try {
    return request.frame().page() === page;
  } catch {
    return false;
  }
};

/** How Chromium ends what it shows nothing of: an answer without a page, a file, and a request that its page dropped. */
const ENDED_BY_BROWSER = "net::ERR_ABORTED";

/**
 * In words what speaks against a request that is over having done its work; undefined where nothing does. One that was
 * answered was answered, whether or not the browser took the answer for a page.
 */
const spokenAgainst = (open: OpenPage, request: Request, status: number | undefined): string | undefined => {
  const failed = request.failure()?.errorText;
  if (status === undefined) {
    return failed === undefined
      ? "was answered nothing"
      : `came to no answer: ${open.proxy.refusal(new URL(request.url()).host) ?? failed}`;
  }
  if (status >= 500 || (status >= 400 && !READS.includes(request.method()))) return `was answered ${status}`;
  if (failed === undefined || failed === ENDED_BY_BROWSER) return undefined;
  return `was answered ${status}, and the answer broke off: ${failed}`;
};

const answer = async (open: OpenPage, dialog: Dialog): Promise<void> => {
  const accepts = open.dialogs === "accept" || dialog.type() === "alert" || dialog.type() === "beforeunload";
  open.watched.dialogs += 1;
  if (open.watched.asked.length < MOST_NOTES) {
    open.watched.asked.push({
      text: dialog.message().slice(0, 500),
      answer: accepts ? "accepted" : "dismissed",
      needs_answer: dialog.type() === "confirm" || dialog.type() === "prompt",
    });
  }
  await settled(accepts ? dialog.accept() : dialog.dismiss());
};

/** Waits for what may fail because its page goes meanwhile, which is noticed where it matters: by whoever uses the page. */
const settled = async (work: Promise<unknown>): Promise<void> => {
  await Promise.allSettled([work]);
};
