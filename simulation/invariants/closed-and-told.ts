import { tablePorts } from "../../functions/adapters/table/index.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "closed-and-told";
const check = checker(name);

export const closedAndTold: Invariant = {
  name,
  promise:
    "Every request that people were told of and that waits for nobody any more was told to be closed, as it ended, and none that is open.",
  watch: ({ table, executions }) => {
    const requested = new Set<string>();
    const closed = new Map<string, string>();
    return {
      published: (events) => {
        for (const { type, detail } of events) {
          if (type === "ApprovalRequested") requested.add(String(detail.approval_id));
          if (type === "ApprovalClosed") closed.set(String(detail.approval_id), String(detail.status));
        }
      },
      atRest: async () => {
        const { approvals } = tablePorts(table);
        for (const execution_id of executions) {
          for (const { approval_id, status } of await approvals.ofExecution(execution_id)) {
            if (!requested.has(approval_id)) continue;
            const told = closed.get(approval_id) ?? "open";
            check(told === status, () => `${approval_id} is ${status}, and was told to be ${told}`);
          }
        }
      },
    };
  },
};
