import type { Browser } from "playwright-core";
import { type Result, refuse } from "../../../shared/plan/result.ts";
import { placesOfChromium, type WhereToLook } from "./find-chromium.ts";
import { type LaunchOptions, launchChromium } from "./launch-chromium.ts";

/** The first browser of this machine that starts, or in words why none does. */
export const startChromium = async (where: WhereToLook, options: LaunchOptions): Promise<Result<Browser, string>> => {
  const reasons: string[] = [];
  for (const place of placesOfChromium(where)) {
    const found = await place();
    const started = found.ok ? await launchChromium(found.value, options) : found;
    if (started.ok) return started;
    reasons.push(started.refusal);
  }
  return refuse(reasons.join("; "));
};
