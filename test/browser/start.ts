import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { LaunchOptions } from "../../functions/adapters/browser/launch-chromium.ts";
import { startChromium } from "../../functions/adapters/browser/start-chromium.ts";
import type { Result } from "../../shared/plan/result.ts";

/** Beside the packages: unpacked once for all runs, and gone with them. */
const FOLDER = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "buddy-browser");

/** A real browser for a test, started, or in words why this machine has none. `BUDDY_CHROMIUM` names one to take. */
export const startTestBrowser = (options: Partial<LaunchOptions> = {}): Promise<Result<Browser, string>> =>
  startChromium({ folder: FOLDER, executable: process.env.BUDDY_CHROMIUM }, { sandbox: false, ...options });
