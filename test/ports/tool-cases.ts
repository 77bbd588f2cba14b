import type { Binding } from "../../shared/contracts/binding/binding.ts";

/** How a counterpart meets the next call, or the next undoing. */
export const MEETINGS = ["refused", "too_busy", "failed_after", "silent_after", "broken_before"] as const;
export type Meeting = (typeof MEETINGS)[number];

/** A tool that writes is tried with somebody else at work beside it, and with a counterpart that misbehaves. */
export const CASES = ["drift", "beside", "undo_silent_after", ...MEETINGS] as const;
export type Case = (typeof CASES)[number];

export type Cannot = { readonly [Each in Case]?: string };

/** Cases that no tool of a kind can be tried with, and why. The suite shows each as skipped, with these words. */
export const NEVER: { readonly [Kind in Binding["kind"]]: Cannot } = {
  http: {},
  mcp: {},
  builtin: {},
  lambda: {},
  worker: { too_busy: "a worker that has no room asks for no call, and what nobody takes was not sent" },
  browser: {
    refused: "whether a site that answers 400 or more has acted is not known: that is an unknown outcome",
    too_busy: "a page says no time at which to come again",
  },
  sandbox: {
    too_busy: "the sandbox has room for every call",
    failed_after: "once it has acted, the sandbox fails in one way only, by giving no answer",
  },
};
