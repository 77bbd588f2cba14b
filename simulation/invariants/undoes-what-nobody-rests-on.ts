import { ledgerKey, ledgerOfExecution } from "../../functions/adapters/table/keys/of-calls.ts";
import { approvalsOfExecution } from "../../functions/adapters/table/keys/of-requests.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { isDependency } from "../../shared/conflicts/rule-of-order.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { approvalRequest } from "../../shared/execution/approval/approval.ts";
import { ledgerRow } from "../../shared/execution/record/ledger-row.ts";
import { contractOf } from "../service/contracts.ts";
import { aheadOf, callsFor, endingOf, type Place, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Facts, type Invariant } from "./invariant.ts";

const name = "undoes-what-nobody-rests-on";
const check = checker(name);

const isSame = (one: Place, other: Place): boolean =>
  one.execution_id === other.execution_id && one.step_id === other.step_id;

export const undoesWhatNobodyRestsOn: Invariant = {
  name,
  promise:
    "No undo takes away, without a person who agreed to it, what an effect of another execution rests on, which dropped its own call as the duplicate of the one that is undone.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    const stands = async (place: Place): Promise<boolean> => {
      const undone = await facts.table.get(ledgerKey({ ...place, side: "compensation" }));
      return undone?.status !== "COMMITTED" && (await endingOf(facts, place)) !== "compensated";
    };
    return {
      arrived: async ({ call, side, by }) => {
        if (side !== "compensation" || (await agreedTo(facts, call))) return;
        for (const execution_id of facts.executions.filter((id) => id !== call.execution_id)) {
          for (const resting of await committedWrites(facts, execution_id)) {
            if (!(await stands(resting))) continue;
            const ahead = aheadOf(await scheduleOf(execution_id), resting.step_id, isDependency);
            for (const step of ahead.filter((each) => each.writes)) {
              const done = await callsFor(facts, execution_id, step);
              const others = done.filter((place) => !isSame(place, call));
              const isOnlyOne = others.length < done.length && !(await anyOf(others, stands));
              check(!isOnlyOne, () => `${by} undoes ${placeName(call)}, on which ${placeName(resting)} rests, unasked`);
            }
          }
        }
      },
    };
  },
};

const anyOf = async (places: readonly Place[], holds: (place: Place) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(places.map(holds))).includes(true);

/** A person was asked whether to undo the call, and agreed. */
const agreedTo = async ({ table }: Facts, { execution_id, step_id }: Place): Promise<boolean> => {
  const items = await table.query(approvalsOfExecution(execution_id));
  return items
    .map((item) => readBody(approvalRequest, item))
    .some((request) => request.step_id === step_id && request.kind === "undo" && request.status === "approved");
};

const committedWrites = async ({ table }: Facts, execution_id: string): Promise<Place[]> => {
  const items = await table.query(ledgerOfExecution(execution_id));
  return items
    .filter(({ status }) => status === "COMMITTED")
    .map((item) => readBody(ledgerRow, item))
    .filter(({ side, tool_name }) => side === "forward" && writes(contractOf(tool_name)));
};
