import type { AuditEvent } from "../../audit/audit-event.ts";
import { type ChainHead, merkleRoot } from "../../audit/merkle.ts";
import { type Case, placeOf, stepOf } from "../case.ts";
import type { Check } from "./check.ts";

/**
 * A `concluded` event embeds one hash over the heads of all step chains. It must be that of the heads in a manifest, of
 * the chains as they stand, or of the chains up to its own time: each is a prefix that is verified by itself.
 */
export const stepHeads: Check = {
  name: "step_heads",
  run: (verified, findings) => {
    const concluded = verified.serial.filter(({ type }) => type === "concluded");
    const known = new Set([...verified.manifests.values()].map(({ chain_heads }) => rootOfSteps(chain_heads)));
    known.add(rootOfSteps(headsUntil(verified, () => true)));
    for (const event of concluded) {
      const found = event.body.step_heads;
      const then = rootOfSteps(headsUntil(verified, ({ at }) => at <= event.at));
      if (typeof found === "string" && (found === then || known.has(found))) continue;
      findings.tampered(placeOf(event), "the heads it names are not those of the step chains", {
        expected: then,
        found: String(found),
      });
    }
    return concluded.length;
  },
};

const headsUntil = ({ chains }: Case, counts: (event: AuditEvent) => boolean): ChainHead[] =>
  [...chains].flatMap(([chain, events]) => {
    const last = events.findLast(counts);
    return last === undefined ? [] : [{ chain, seq: last.seq, hash: last.hash }];
  });

const rootOfSteps = (heads: readonly ChainHead[]): string => {
  const ofSteps = new Map(heads.filter(({ chain }) => stepOf(chain) !== undefined).map((head) => [head.chain, head]));
  return merkleRoot([...ofSteps.values()]);
};
