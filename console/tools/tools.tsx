import { useState } from "preact/hooks";
import type { ContractReply, Problem, TryReply } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Tree } from "../parts/json.tsx";
import { Loading, Notice, Refusal } from "../parts/notice.tsx";
import { Risk, Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Changes } from "../request/effect.tsx";

type Contract = ContractReply["contract"];

const SECONDS = 120;

/** The registry: contracts in force and those that wait to be confirmed, a call to try, and the agents. */
export const Tools = ({ api }: { readonly api: Api }) => {
  const { value, problem } = usePolled("contracts", () => api.contracts(undefined), SECONDS);
  const agents = usePolled("agents", () => api.agents(), SECONDS);
  const [part, setPart] = useState("");
  if (value === undefined) return problem === undefined ? <Loading what="contracts" /> : <Refusal problem={problem} />;
  const shown = value.contracts.filter(({ tool_name, description }) =>
    `${tool_name} ${description}`.toLowerCase().includes(part.toLowerCase()),
  );
  return (
    <div class="sheet tools">
      <h1>Tools and agents</h1>
      <search class="filters">
        <label class="labelled wide">
          <span>Tools with</span>
          <input type="text" value={part} autocomplete="off" onInput={(event) => setPart(event.currentTarget.value)} />
        </label>
      </search>
      {value.pending.map(({ contract, lowers, proposed_by }) => (
        <Notice weight="mind" key={contract.tool_name}>
          <p>
            <strong>{contract.tool_name}</strong> version {contract.version} waits for a second person:{" "}
            {lowers.join(", ")} (proposed by {proposed_by})
          </p>
        </Notice>
      ))}
      <section aria-labelledby="contracts">
        <h2 id="contracts" class="label">
          {plural(shown.length, "contract")}
        </h2>
        {shown.map((contract) => (
          <ContractCard key={contract.tool_name} api={api} contract={contract} />
        ))}
      </section>
      <section aria-labelledby="agents">
        <h2 id="agents" class="label">
          Agents{agents.value?.registry_open === true ? "; others are taken at their word" : ""}
        </h2>
        {agents.value?.agents.length === 0 ? <p class="quiet">None is registered.</p> : null}
        {agents.value?.agents.map((agent) => (
          <details class="contract" key={agent.agent_id}>
            <summary>
              <strong class="tool">{agent.agent_id}</strong> <span class="quiet">of {agent.owner}</span>
            </summary>
            <Tree value={JSON.parse(JSON.stringify(agent))} />
          </details>
        ))}
      </section>
    </div>
  );
};

const ContractCard = ({ api, contract }: { readonly api: Api; readonly contract: Contract }) => (
  <details class="contract">
    <summary>
      <Risk level={contract.risk_level} /> <strong class="tool">{contract.tool_name}</strong>{" "}
      <span class="quiet">
        version {contract.version}
        {contract.requires_approval ? `, asks ${plural(contract.approvals_required, "person", "people")}` : ""}
        {contract.reversible ? "" : ", cannot be undone"}
      </span>
    </summary>
    <p>
      <Text text={contract.description} />
    </p>
    <Try api={api} contract={contract} />
    <Tree value={JSON.parse(JSON.stringify(contract))} />
  </details>
);

/** MOCK and DRY_RUN of a call, as its approver would see them. Nothing is sent that writes. */
const Try = ({ api, contract }: { readonly api: Api; readonly contract: Contract }) => {
  const [text, setText] = useState("{}");
  const [tried, setTried] = useState<TryReply | { readonly problem: Problem } | { readonly why: string } | null>(null);
  const send = async (): Promise<void> => {
    try {
      const answer = await api.tryTool(contract.tool_name, JSON.parse(text));
      if (answer.kind === "value") setTried(answer.value);
      else setTried(answer.kind === "problem" ? { problem: answer.problem } : { why: "No answer." });
    } catch (error) {
      setTried({ why: `That is not JSON: ${error instanceof Error ? error.message : ""}` });
    }
  };
  return (
    <form
      class="act-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="labelled">
        <span>Try it (MOCK and DRY RUN; nothing is written) with these arguments, as JSON</span>
        <textarea rows={3} value={text} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        Try it
      </button>
      {tried === null ? null : "why" in tried ? (
        <Notice weight="stop">{tried.why}</Notice>
      ) : "problem" in tried ? (
        <Refusal problem={tried.problem} />
      ) : (
        <Tried reply={tried} />
      )}
    </form>
  );
};

const Tried = ({ reply: { mock, preview } }: { readonly reply: TryReply }) => (
  <div class="tried">
    <p>
      <Tag word="MOCK" /> {mock.made ? "" : mock.why}
    </p>
    {mock.made ? <Tree value={mock.output} /> : null}
    <p>
      <Tag word="DRY_RUN" /> <Text text={preview.made ? preview.summary : preview.why} />
    </p>
    {preview.made && preview.changes.length > 0 ? (
      <Changes changes={preview.changes} caption="What would change" />
    ) : null}
    {preview.made ? <Tree value={preview.output} /> : null}
  </div>
);
