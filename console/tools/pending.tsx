import type { ContractList } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { useAct } from "../parts/act.tsx";
import { Notice } from "../parts/notice.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Person } from "../parts/person.tsx";
import { Changes } from "../request/effect.tsx";
import { contractChanges } from "./differences.ts";

type PendingProps = {
  readonly api: Api;
  readonly proposal: ContractList["pending"][number];
  readonly inForce: ContractList["contracts"][number] | undefined;
  readonly acted: () => void;
};

/** A version that lowers a guard, against the one in force, and the way for a second person to confirm it. */
export const Pending = ({ api, proposal, inForce, acted }: PendingProps) => {
  const { contract, lowers, proposed_by } = proposal;
  const { tool_name, version } = contract;
  const { send, refused } = useAct();
  return (
    <Notice weight="mind">
      <p>
        <strong>{tool_name}</strong> version {version} waits for a second person: {lowers.join(", ")} (proposed by{" "}
        <Person id={proposed_by} />)
      </p>
      {inForce === undefined ? null : (
        <Changes changes={contractChanges(inForce, contract)} caption={`What version ${version} would change`} />
      )}
      {refused}
      <Permitted scope="contracts:write">
        <button
          type="button"
          class="button"
          onClick={() =>
            void send(api.putContract(contract), "Said.", ({ pending }) => {
              if (pending === undefined) acted();
            })
          }
        >
          Confirm version {version} of {tool_name}
        </button>
      </Permitted>
    </Notice>
  );
};
