import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { approvalsOfExecution } from "../../functions/adapters/table/keys/of-requests.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { approvalsRequired, needsApproval } from "../../shared/contracts/static-ceiling.ts";
import { type ApprovalRequest, approvalRequest } from "../../shared/execution/approval/approval.ts";
import { previewDigest, sealedPreview } from "../../shared/execution/approval/preview.ts";
import { ledgerRow } from "../../shared/execution/record/ledger-row.ts";
import { stepRecord } from "../../shared/execution/record/step-record.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import type { LiveToolCall } from "../../shared/ports/tools.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "sealed-and-approved";
const check = checker(name);

export const sealedAndApproved: Invariant = {
  name,
  promise:
    "No call that needs a person is sent without as many different approvals as its contract asks for, each of the very call that is sent: tool, contract, agent, arguments and preview under one digest; or, of a call of another tool to undo a step, each of that undoing.",
  watch: ({ table, bodies }) => ({
    arrived: async ({ call, side }) => {
      if (!needsApproval(call.contract)) return;
      if (side === "compensation") {
        await undoingIsApproved(table, call);
        return;
      }
      const { execution_id, step_id, contract } = call;
      const key = { execution_id, step_id, side };
      const [item, stepItem] = await Promise.all([
        table.get(ledgerKey(key)),
        table.get(stepKey(execution_id, step_id)),
      ]);
      check(item !== undefined && stepItem !== undefined, () => `${step_id} is sent without a ledger row`);
      if (item === undefined || stepItem === undefined) return;
      const { approved_digest } = readBody(ledgerRow, item);
      const people = await approversOf(table, call, ({ digest }) => digest === approved_digest);
      const required = approvalsRequired(contract);
      check(people.size >= required, () => `${step_id} is sent with ${people.size} of ${required} approvals`);
      const { preview } = readBody(stepRecord, stepItem);
      check(preview !== null, () => `${step_id} is sent and has no preview`);
      if (preview === null) return;
      const sealed = sealedPreview.parse(await bodies.get(preview));
      check(previewDigest(sealed) === approved_digest, () => `the preview of ${step_id} is not the approved one`);
      check(
        canonicalJson(sealed.arguments) === canonicalJson(call.arguments) &&
          sealed.tool_name === contract.tool_name &&
          sealed.contract_hash === contract.content_hash &&
          sealed.acting_agent_id === call.agent_id,
        () => `${step_id} sends ${JSON.stringify(call.arguments)}, approved was ${JSON.stringify(sealed.arguments)}`,
      );
    },
  }),
};

/** An undo by its own tool was approved with the call; another tool is a call of its own. */
const undoingIsApproved = async (table: Table, { execution_id, step_id, contract }: LiveToolCall): Promise<void> => {
  const item = await table.get(ledgerKey({ execution_id, step_id, side: "forward" }));
  if (item === undefined || readBody(ledgerRow, item).tool_name === contract.tool_name) return;
  const people = await approversOf(table, { execution_id, step_id }, ({ kind }) => kind === "undo");
  const required = approvalsRequired(contract);
  check(people.size >= required, () => `${step_id} is undone with ${people.size} of ${required} approvals`);
};

/** The voters for the approved call of a step, among the requests that are meant. */
const approversOf = async (
  table: Table,
  { execution_id, step_id }: Pick<LiveToolCall, "execution_id" | "step_id">,
  isMeant: (request: ApprovalRequest) => boolean,
): Promise<ReadonlySet<string>> => {
  const requests = (await table.query(approvalsOfExecution(execution_id))).map((item) =>
    readBody(approvalRequest, item),
  );
  const given = requests.filter(
    (request) => request.step_id === step_id && request.status === "approved" && isMeant(request),
  );
  return new Set(given.flatMap((request) => request.votes.map((vote) => vote.by)));
};
