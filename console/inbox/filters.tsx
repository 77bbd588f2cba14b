import type { ApprovalView } from "../../functions/api/schemas.ts";
import { go } from "../parts/navigation.tsx";
import { type Filter, namesIn, queryOf } from "./queue.ts";

type PickProps = {
  readonly label: string;
  readonly all: string;
  readonly names: readonly string[];
  readonly value: string | null;
  readonly pick: (name: string | null) => void;
};

const Pick = ({ label, all, names, value, pick }: PickProps) => (
  <label class="pick">
    <span class="for-readers">{label}</span>
    <select value={value ?? ""} onChange={(event) => pick(event.currentTarget.value || null)}>
      <option value="">{all}</option>
      {(value === null || names.includes(value) ? names : [value, ...names]).map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  </label>
);

type FiltersProps = { readonly filter: Filter; readonly all: readonly ApprovalView[]; readonly path: string };

/** Narrows the queue. A choice stands in the address, to be kept or sent. */
export const Filters = ({ filter, all, path }: FiltersProps) => {
  const { agents, tools } = namesIn(all);
  const choose = (part: Partial<Filter>): void => go(path + queryOf({ ...filter, ...part }), true);
  return (
    <search class="filters" aria-label="Narrow the queue">
      <label class="check">
        <input
          type="checkbox"
          checked={filter.mine}
          onChange={(event) => choose({ mine: event.currentTarget.checked })}
        />
        mine to decide
      </label>
      <Pick
        label="Risk"
        all="any risk"
        names={["HIGH", "MEDIUM", "LOW"]}
        value={filter.risk}
        pick={(risk) => choose({ risk })}
      />
      <Pick label="Agent" all="any agent" names={agents} value={filter.agent} pick={(agent) => choose({ agent })} />
      <Pick label="Tool" all="any tool" names={tools} value={filter.tool} pick={(tool) => choose({ tool })} />
      {filter.execution === null ? null : (
        <button type="button" class="button button-quiet" onClick={() => choose({ execution: null })}>
          of one execution: show all
        </button>
      )}
      <Pick
        label="Order"
        all="soonest first"
        names={["riskiest first"]}
        value={filter.sort === "risk" ? "riskiest first" : null}
        pick={(name) => choose({ sort: name === null ? "expiry" : "risk" })}
      />
    </search>
  );
};
