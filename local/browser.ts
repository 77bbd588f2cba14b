import { homedir } from "node:os";
import { join } from "node:path";
import type { KeptPages } from "../functions/adapters/browser/chromium-pages.ts";
import { pagesWhenNeeded } from "../functions/adapters/browser/when-needed.ts";
import type { ClientOptions } from "../functions/adapters/http/connections.ts";

/** Where a browser is unpacked to, once for all data folders of this user. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "buddy");

/**
 * Pages in a browser of this machine: the one that `BUDDY_CHROMIUM` names, else one that is found. It runs pages in its
 * own sandbox but for root, who cannot have one, and where `BUDDY_CHROMIUM_SANDBOX` is `off`.
 */
export const localPages = (reach: ClientOptions, now: () => number): KeptPages =>
  pagesWhenNeeded(async () => {
    const [{ chromiumPages }, { startChromium }] = await Promise.all([
      import("../functions/adapters/browser/chromium-pages.ts"),
      import("../functions/adapters/browser/start-chromium.ts"),
    ]);
    const { BUDDY_CHROMIUM: executable, BUDDY_CHROMIUM_SANDBOX: wanted } = process.env;
    const sandbox = wanted !== "off" && process.getuid?.() !== 0;
    return chromiumPages({
      start: () => startChromium({ folder: cacheFolder(), executable }, { sandbox }),
      reach,
      now,
    });
  });
