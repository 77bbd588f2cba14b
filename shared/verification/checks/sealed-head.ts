import type { AuditEvent } from "../../audit/audit-event.ts";
import type { ChainHead } from "../../audit/merkle.ts";
import type { Findings } from "../finding.ts";

/** The event that the manifest called `name` seals as the head of a chain is there, and is that event. */
export const checkSealedHead = (
  events: readonly AuditEvent[],
  { chain, seq, hash }: ChainHead,
  name: string,
  findings: Findings,
): void => {
  const event = events.find((candidate) => candidate.seq === seq);
  if (event === undefined) {
    findings.tampered(`${chain} #${seq}`, `${name} seals this event and it is not there: the end was cut off`, {
      expected: `${seq} events`,
      found: `the last is #${events.at(-1)?.seq ?? 0}`,
    });
  } else if (event.hash !== hash) {
    findings.tampered(`${chain} #${seq}`, `it is not the event that ${name} seals`, {
      expected: hash,
      found: event.hash,
    });
  }
};
