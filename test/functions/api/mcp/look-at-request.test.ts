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

it("a person is asked to approve by a client's page what waits for a yes, and nothing that was made already", () => {
  expect(shownFor(waitingFor("approval", "ap-1"))).toContain("A person has to approve this call first");
  const unknown = shownFor(waitingFor("outcome", "ap-1"));
  expect(unknown).toMatch(/was made already.*nothing is approved there.*requests\/ap-1/);
  expect(unknown).not.toContain("has to approve");
  expect(shownFor(waitingFor("outcome", null))).toBe('"nothing"');
});
