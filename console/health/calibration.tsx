import type { CalibrationReply } from "../../functions/api/schemas.ts";
import { calibrationInWords, evidenceInWords } from "../../shared/shown/calibration.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { onceEach } from "../parts/once-each.ts";
import { usePages } from "../parts/pages.tsx";
import { Part } from "../parts/part.tsx";
import { Text } from "../parts/text.tsx";
import { Unread } from "./unread.tsx";

/** It changes when an execution ends. */
const SECONDS = 300;

const namesOf = ({ agents, tools }: CalibrationReply) => [
  ...agents.map(({ agent_id }) => `agent ${agent_id}`),
  ...tools.map(({ tool_name }) => `tool ${tool_name}`),
];

/** How well each agent foretells its calls, and what is known of tools that nothing is proven of yet. */
export const Calibration = ({ api }: { readonly api: Api }) => {
  const { value } = usePolled("calibration", () => api.calibration(), SECONDS);
  const { pages, more } = usePages(value, (next) => api.calibration(next), "Fetch more agents and tools", namesOf);
  if (value === undefined) return null;
  const agents = onceEach(
    pages,
    (page) => page.agents,
    ({ agent_id }) => agent_id,
  );
  const unproven = onceEach(
    pages,
    ({ tools }) => tools,
    ({ tool_name }) => tool_name,
  ).flatMap((tool) => {
    const words = evidenceInWords(tool);
    return words === undefined ? [] : [{ name: tool.tool_name, words }];
  });
  return (
    <>
      <Part id="calibration" head="How well each agent foretells its calls, over seven days">
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
      </Part>
      {more}
      {unproven.length === 0 ? null : (
        <Part id="unproven" head="Not proven yet">
          <ul class="names">
            {unproven.map(({ name, words }) => (
              <li key={name}>
                <code>{name}</code>: {words}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
};
