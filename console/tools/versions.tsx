import { useState } from "preact/hooks";
import type { ContractReply } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Refusal } from "../parts/notice.tsx";
import { BEHIND, Changes } from "../request/effect.tsx";
import { contractChanges } from "./differences.ts";

type Contract = ContractReply["contract"];

/** Versions do not change. */
const ONCE = 86_400;

/** Every version of a contract, each by what it says otherwise than the one before it; fetched when it is opened. */
export const Versions = ({ api, contract }: { readonly api: Api; readonly contract: Contract }) => {
  if (contract.version === 1) return <p class="quiet">It has one version.</p>;
  const later = Array.from({ length: contract.version - 1 }, (_, place) => contract.version - place);
  return (
    <details>
      <summary>Its versions, and what each changed</summary>
      {later.map((version) => (
        <Version key={version} api={api} tool={contract.tool_name} version={version} />
      ))}
    </details>
  );
};

type VersionProps = { readonly api: Api; readonly tool: string; readonly version: number };

const Version = ({ api, tool, version }: VersionProps) => {
  const [open, setOpen] = useState(false);
  return (
    <details class="version" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Version {version}, from {version - 1}
      </summary>
      {open ? <Difference api={api} tool={tool} version={version} /> : null}
    </details>
  );
};

const Difference = ({ api, tool, version }: VersionProps) => {
  const is = usePolled(`${tool} ${version}`, () => api.contract(tool, version), ONCE);
  const was = usePolled(`${tool} ${version - 1}`, () => api.contract(tool, version - 1), ONCE);
  const problem = is.problem ?? was.problem;
  if (problem !== undefined) return <Refusal problem={problem} />;
  if (is.value === undefined || was.value === undefined) return null;
  return (
    <Changes
      changes={contractChanges(was.value, is.value)}
      caption={`What version ${version} changed`}
      heads={BEHIND}
    />
  );
};
