import type { Browser } from "playwright-core";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Chromium } from "./chromium.ts";

/** Ten times what it takes on two busy processors. */
const STARTING_MS = 30_000;

/** Keep a browser from what nobody asked it for: looking for updates, reporting, finding out about itself. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
];

/**
 * Pages that call each other (WebRTC) would send over UDP, which no proxy sees. Chromium without a window takes the first
 * name of this setting, Chrome the second.
 */
const NOTHING_PAST_THE_PROXY = ["--webrtc-ip-handling-policy", "--force-webrtc-ip-handling-policy"].map(
  (name) => `${name}=disable_non_proxied_udp`,
);

export type LaunchOptions = {
  /** Whether pages run in Chromium's own sandbox, which neither root nor a Lambda function can have. */
  readonly sandbox: boolean;
  /** `http://127.0.0.1:8123`: everything that the browser sends goes through it. */
  readonly proxy?: string;
  /** Arguments beside the usual ones. */
  readonly more?: readonly string[];
};

/** A browser without a window and with a profile of its own that goes with it, or in words why none started. */
export const launchChromium = async (
  { executable, environment }: Chromium,
  { sandbox, proxy, more = [] }: LaunchOptions,
): Promise<Result<Browser, string>> => {
  try {
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({
      executablePath: executable,
      // Secrets of this process are not the browser's.
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", ...environment },
      args: [...QUIET, ...NOTHING_PAST_THE_PROXY, ...more],
      chromiumSandbox: sandbox,
      timeout: STARTING_MS,
      // This process ends by itself what it began.
      handleSIGHUP: false,
      handleSIGINT: false,
      handleSIGTERM: false,
      ...(proxy === undefined ? {} : { proxy: { server: proxy, bypass: "<-loopback>" } }),
    });
    return accept(browser);
  } catch (error) {
    return refuse(`${executable} does not start: ${error instanceof Error ? error.message : String(error)}`);
  }
};
