import { useState } from "preact/hooks";
import type { ContractReply } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import { allContracts } from "../client/all-contracts.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { useGrowing } from "../parts/growing.ts";
import { Tree } from "../parts/json.tsx";
import { Line } from "../parts/line.tsx";
import { NotYet } from "../parts/notice.tsx";
import { Part } from "../parts/part.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Risk } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Unreadable } from "../parts/unreadable.tsx";
import { Pending } from "./pending.tsx";
import { Quarantined } from "./quarantined.tsx";
import { Try } from "./try.tsx";
import { Versions } from "./versions.tsx";

type Contract = ContractReply["contract"];

const SECONDS = 120;

/** The registry: contracts in force and those that wait to be confirmed, a call to try, and the agents. */
export const Tools = ({ api }: { readonly api: Api }) => {
  const { value, problem, again } = usePolled("contracts", () => allContracts(api), SECONDS);
  const agents = usePolled("agents", () => api.agents(), SECONDS);
  const [part, setPart] = useState("");
  const limit = useGrowing(value?.contracts.length ?? 0);
  if (value === undefined) return <NotYet what="contracts" problem={problem} />;
  const shown = value.contracts.filter(({ tool_name, description }) =>
    `${tool_name} ${description}`.toLowerCase().includes(part.toLowerCase()),
  );
  return (
    <div class="sheet tools">
      <h1>Tools and agents</h1>
      <search class="filters">
        <Line label="Find tools, by name or description" value={part} write={setPart} kind="labelled wide" />
      </search>
      <Quarantined api={api} contracts={value.contracts} />
      {value.pending.map((proposal) => (
        <Pending
          key={proposal.contract.tool_name}
          api={api}
          proposal={proposal}
          inForce={value.contracts.find(({ tool_name }) => tool_name === proposal.contract.tool_name)}
          acted={again}
        />
      ))}
      <Part id="contracts" head={plural(shown.length, "contract")}>
        {shown.length === 0 ? (
          <p class="quiet">
            {part === "" ? (
              <>
                <code>buddy contracts add &lt;file&gt;</code> registers a tool.
              </>
            ) : (
              "No tool has that in its name or description."
            )}
          </p>
        ) : null}
        <Unreadable names={value.unreadable} one="contract" />
        {shown.slice(0, limit).map((contract) => (
          <ContractCard key={contract.tool_name} api={api} contract={contract} />
        ))}
      </Part>
      <Part
        id="agents"
        head={`Agents${agents.value?.registry_open === true ? "; others are taken at their word" : ""}`}
      >
        {agents.value?.agents.length === 0 ? (
          <p class="quiet">
            None is registered. <code>buddy agents add &lt;file&gt;</code> registers one, with its owner.
          </p>
        ) : null}
        <Unreadable names={agents.value?.unreadable ?? []} one="agent" />
        {agents.value?.agents.map((agent) => (
          <details class="contract" key={agent.agent_id}>
            <summary>
              <strong class="tool">
                <Text text={agent.agent_id} inLine />
              </strong>{" "}
              <span class="quiet">
                of <Text text={agent.owner} inLine />
              </span>
            </summary>
            <Tree value={JSON.parse(JSON.stringify(agent))} />
          </details>
        ))}
      </Part>
    </div>
  );
};

/** Of thousands, what is folded is not on the page. */
const ContractCard = ({ api, contract }: { readonly api: Api; readonly contract: Contract }) => {
  const [open, setOpen] = useState(false);
  return (
    <details class="contract" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Risk level={contract.risk_level} /> <strong class="tool">{contract.tool_name}</strong>{" "}
        <span class="quiet">
          version {contract.version}
          {contract.requires_approval ? `, asks ${plural(contract.approvals_required, "person", "people")}` : ""}
          {contract.reversible ? "" : ", cannot be undone"}
          {contract.max_concurrent === undefined ? "" : `, ${contract.max_concurrent} at once at most`}
        </span>
      </summary>
      {open ? (
        <div class="contract-body">
          <p>
            <Text text={contract.description} />
          </p>
          <Permitted scope="contracts:write">
            <Try api={api} contract={contract} />
          </Permitted>
          <Versions api={api} contract={contract} />
          <Tree value={JSON.parse(JSON.stringify(contract))} />
        </div>
      ) : null}
    </details>
  );
};
