import { expect, it } from "vitest";
import { askToLook } from "../../../../functions/api/mcp/look-at-request.ts";
import type { CallReply } from "../../../../functions/api/schemas.ts";
import type { CallWaitsFor } from "../../../../shared/execution/call/answer.ts";
import { accept } from "../../../../shared/plan/result.ts";
import { contractOf } from "../../../shared/contracts/contract-inputs.ts";

const waitingFor = (reason: CallWaitsFor, approval_id: string | null): CallReply => ({
  ...{ outcome: "waiting", call_id: "c1", for: reason, approval_id, poll_after_seconds: 2, message: "It waits." },
  ...{ approval_url: approval_id === null ? null : `http://localhost/console/requests/${approval_id}` },
  ...{ attached: false, warnings: [], links: { self: "", events: "", approvals: "", artifacts: "" } },
});

const shownFor = (reply: CallReply): string =>
  JSON.stringify(askToLook(accept({ reply, contract: contractOf("LOW") })) ?? "nothing");

it.each<[CallWaitsFor, RegExp, RegExp]>([
  ["approval", /A person has to approve this call first.*requests\/ap-1/, /was made already|lock/],
  ["resource", /A person has to approve this call first.*requests\/ap-1/, /was made already|lock/],
  ["worker", /A person has to approve this call first.*requests\/ap-1/, /was made already|lock/],
  ["outcome", /was made already.*nothing is approved there.*requests\/ap-1/, /has to approve|lock/],
  ["unlock", /operator's lock holds.*once the lock is lifted.*requests\/ap-1/, /was made already|nothing is approved/],
])("a person is told by a client's page what is asked of a call that waits for: %s", (reason, told, untold) => {
  expect(shownFor(waitingFor(reason, "ap-1"))).toMatch(told);
  expect(shownFor(waitingFor(reason, "ap-1"))).not.toMatch(untold);
  expect(shownFor(waitingFor(reason, null))).toBe('"nothing"');
});
