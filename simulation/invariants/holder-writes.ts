import { leaseKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { type Arrival, writtenKeys } from "../service/service.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "holder-writes";
const check = checker(name);

export const holderWrites: Invariant = {
  name,
  promise: "Nobody writes a resource whose lease somebody else holds, or nobody.",
  watch: ({ table }) => {
    const holds = async ({ call, side, by }: Arrival): Promise<void> => {
      if (!writes(call.contract)) return;
      for (const key of writtenKeys(call)) {
        const item = await table.get(leaseKey(key));
        const holder = item?.body === undefined ? "nobody" : holderOf(String(item.body));
        const own = `${call.execution_id}/${call.step_id}`;
        check(holder === own, () => `${by} writes ${key} for ${own} (${side}), and ${holder} holds its lease`);
      }
    };
    return { arrived: holds, effected: holds };
  },
};

const holderOf = (body: string): string => {
  const { execution_id, step_id } = JSON.parse(body);
  return `${execution_id}/${step_id}`;
};
