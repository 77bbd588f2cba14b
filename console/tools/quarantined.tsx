import type { ContractList, ToolDefinitions } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { useAct } from "../parts/act.tsx";
import { Notice } from "../parts/notice.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Tag } from "../parts/tag.tsx";
import { Moment } from "../parts/time.tsx";
import { BEHIND, Changes } from "../request/effect.tsx";

type Standing = ToolDefinitions["definitions"][number];
type Contract = ContractList["contracts"][number];

/** Of one page of contracts a request each: asked when the page is opened, and after an act. */
const ONCE = 86_400;

type QuarantinedProps = { readonly api: Api; readonly contracts: readonly Contract[] };

/** Tools of MCP servers that are described otherwise than somebody read them, with the difference, to be accepted. */
export const Quarantined = ({ api, contracts }: QuarantinedProps) => {
  const tools = contracts.flatMap(({ tool_name, binding }) => (binding?.kind === "mcp" ? [tool_name] : []));
  return (
    <>
      {tools.map((tool) => (
        <OfTool key={tool} api={api} tool={tool} />
      ))}
    </>
  );
};

const OfTool = ({ api, tool }: { readonly api: Api; readonly tool: string }) => {
  const { value, again } = usePolled(`definitions of ${tool}`, () => api.definitions(tool), ONCE);
  const changed = value?.definitions.filter(({ quarantined }) => quarantined) ?? [];
  return (
    <>
      {changed.map((standing) => (
        <One key={standing.tool} api={api} tool={tool} standing={standing} acted={again} />
      ))}
    </>
  );
};

type OneProps = {
  readonly api: Api;
  readonly tool: string;
  readonly standing: Standing;
  readonly acted: () => void;
};

const One = ({ api, tool, standing: { changed, server, tool: name }, acted }: OneProps) => {
  const { send, refused } = useAct();
  if (changed === null) return null;
  const { definition, found_at, changes } = changed;
  return (
    <Notice weight="mind">
      <p>
        <Tag word="quarantined" /> <strong>{tool}</strong> goes no higher than DRY_RUN: {server} describes it otherwise
        than it was read, seen <Moment at={found_at} />
      </p>
      <Changes
        changes={changes.map(({ part, was, is }) => ({
          record: `${server}: ${name}`,
          field: part,
          old: was ?? undefined,
          new: is ?? undefined,
        }))}
        caption="What the server says otherwise"
        heads={BEHIND}
      />
      {refused}
      <Permitted scope="contracts:write">
        <button
          type="button"
          class="button"
          onClick={() => void send(api.acceptDefinitions(tool, [definition]), "Accepted.", acted)}
        >
          Accept {tool} as it is described now
        </button>
      </Permitted>
    </Notice>
  );
};
