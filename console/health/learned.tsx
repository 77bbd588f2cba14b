import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Part } from "../parts/part.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { Unreadable } from "../parts/unreadable.tsx";
import { newestOf } from "./newest-of.ts";

/** It changes when an execution ends, and is read in pages of what is known. */
const SECONDS = 300;

const percent = (rate: number): string => `${Math.round(rate * 1_000) / 10} %`;

/** The findings of executions about tools, with the evidence: each rate as a bar from its lower to its upper bound. */
export const Learned = ({ api }: { readonly api: Api }) => {
  const { value } = usePolled("signals", () => api.signals(), SECONDS);
  if (value === undefined) return null;
  return (
    <Part id="learned" head="What is proven of tools, and how well confidence foretells">
      <Unreadable names={value.unreadable} one="signal" />
      {value.items.length === 0 ? (
        <p class="quiet">Nothing yet: eighteen good outcomes prove a tool reliable.</p>
      ) : null}
      <ul class="learned">
        {newestOf(value.items).map((signal) => (
          <li key={signal.signal_id} class="contract">
            <p>
              <Text text={signal.insight} />
            </p>
            {Object.entries(signal.evidence.bounds).map(([name, { lower, upper }]) => (
              <p key={name} class="quiet bounds">
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect x={lower * 100} width={Math.max(1, (upper - lower) * 100)} height="4" />
                </svg>
                {name.replaceAll("_", " ")} from {percent(lower)} to {percent(upper)}, over{" "}
                {signal.evidence.sample_size}; <Moment at={signal.timestamp} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Part>
  );
};
