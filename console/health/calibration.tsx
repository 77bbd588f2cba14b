import { useState } from "preact/hooks";
import type { CalibrationReply } from "../../functions/api/schemas.ts";
import { calibrationInWords, evidenceInWords } from "../../shared/shown/calibration.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Text } from "../parts/text.tsx";
import { Unread } from "./unread.tsx";

/** It changes when an execution ends. */
const SECONDS = 300;

/** How well each agent foretells its calls, and what is known of tools that nothing is proven of yet. */
export const Calibration = ({ api }: { readonly api: Api }) => {
  const { value } = usePolled("calibration", () => api.calibration(), SECONDS);
  const [more, setMore] = useState<readonly CalibrationReply[]>([]);
  if (value === undefined) return null;
  const pages = [value, ...more];
  const next = pages.at(-1)?.next ?? null;
  const agents = pages.flatMap((page) => page.agents);
  const unproven = pages
    .flatMap(({ tools }) => tools)
    .flatMap((tool) => {
      const words = evidenceInWords(tool);
      return words === undefined ? [] : [{ name: tool.tool_name, words }];
    });
  return (
    <>
      <section aria-labelledby="calibration">
        <h2 id="calibration" class="label">
          How well each agent foretells its calls, over seven days
        </h2>
        {agents.length === 0 ? <p class="quiet">No LIVE call has come out yet.</p> : null}
        <ul class="calibrated">
          {agents.map((agent) => (
            <li key={agent.agent_id} class="contract">
              <p>
                <strong class="tool">
                  <Text text={agent.agent_id} inLine />
                </strong>{" "}
                {calibrationInWords(agent)}
              </p>
            </li>
          ))}
        </ul>
        <Unread executions={value.unread_executions} />
      </section>
      {next === null ? null : (
        <button
          type="button"
          class="button"
          onClick={async () => {
            const answer = await api.calibration(next);
            if (answer.kind === "value") setMore([...more, answer.value]);
          }}
        >
          Fetch more agents and tools
        </button>
      )}
      {unproven.length === 0 ? null : (
        <section aria-labelledby="unproven">
          <h2 id="unproven" class="label">
            Not proven yet
          </h2>
          <ul class="names">
            {unproven.map(({ name, words }) => (
              <li key={name}>
                <code>{name}</code>: {words}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
