import { compact } from "../../shared/shown/values.ts";
import { hint } from "../hints.ts";
import type { CallReply } from "../replies/calls.ts";
import type { Look } from "./approval.ts";

/** How a call stands, and the command that goes on from there; `ofAgent`: whose token may be an agent's, which reads no request. */
export const callLines = (reply: CallReply, { paint }: Pick<Look, "paint">, ofAgent: boolean): string[] => {
  const notes = reply.warnings.map((warning) => `  ${paint.yellow("note:")} ${warning}`);
  switch (reply.outcome) {
    case "done":
      return [`${reply.call_id} ${paint.green("done")} in ${reply.mode ?? "LIVE"}`, ...notes, compact(reply.output)];
    case "refused":
      return [`${reply.call_id} ${paint.red("refused")}`, ...notes, reply.message];
    case "waiting": {
      const { approval_id = null } = reply;
      const people = approval_id === null ? hint.follow(reply.call_id) : hint.request(approval_id);
      const next = ofAgent ? hint.status(reply.call_id) : people;
      return [
        `${reply.call_id} ${paint.yellow("waits")} for ${reply.for ?? "its outcome"}`,
        ...notes,
        reply.message,
        `Look at it: ${next}`,
      ];
    }
  }
};
