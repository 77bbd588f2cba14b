import type { SignalPage } from "../../functions/api/schemas.ts";

type Signal = SignalPage["items"][number];

/** Of each thing that was found about each tool the newest: later ones rest on more. Newest first, as they came. */
export const newestOf = (signals: readonly Signal[]): Signal[] => {
  const found = new Map<string, Signal>();
  for (const signal of signals) {
    const about = `${signal.signal_type} ${signal.tool_name} ${Object.keys(signal.evidence.rates).join(" ")}`;
    if (!found.has(about)) found.set(about, signal);
  }
  return [...found.values()];
};
