import type { AuditEvent } from "../../audit/audit-event.ts";
import { type ChainHead, merkleRoot } from "../../audit/merkle.ts";
import { fromStepLengths, stepLengths } from "../../audit/step-lengths.ts";
import { stepChain } from "../../execution/record/step-event.ts";
import { type Case, placeOf, stepOf } from "../case.ts";
import type { Check } from "./check.ts";

/**
 * A `concluded` event embeds one hash over the heads of all step chains, and says which they are. Earlier releases did
 * not: theirs must be that of the heads in a manifest, of the chains as they stand, or of the chains up to its own time,
 * each of which is a prefix that is verified by itself.
 */
export const stepHeads: Check = {
  name: "step_heads",
  run: (verified, findings) => {
    const concluded = verified.serial.filter(({ type }) => type === "concluded");
    const known = new Set([...verified.manifests.values()].map(({ chain_heads }) => rootOfSteps(chain_heads)));
    known.add(rootOfSteps(headsUntil(verified, () => true)));
    for (const event of concluded) {
      const found = event.body.step_heads;
      const named = headsNamed(verified, event);
      const then = rootOfSteps(named ?? headsUntil(verified, ({ at }) => at <= event.at));
      if (typeof found === "string" && (found === then || (named === undefined && known.has(found)))) continue;
      findings.tampered(placeOf(event), "the heads it names are not those of the step chains", {
        expected: then,
        found: String(found),
      });
    }
    return concluded.length;
  },
};

/** The heads that the event says it is about; undefined when it says nothing of them, or nothing that fits the steps. */
const headsNamed = ({ chains, scheduled }: Case, { body }: AuditEvent): ChainHead[] | undefined => {
  const lengths = stepLengths.safeParse(body.step_lengths);
  const named = lengths.success ? fromStepLengths(lengths.data, [...scheduled.keys()]) : undefined;
  return named?.flatMap(({ step_id, seq }) => {
    const event = seq === 0 ? undefined : chains.get(stepChain(step_id))?.[seq - 1];
    return event === undefined ? [] : [{ chain: event.chain, seq: event.seq, hash: event.hash }];
  });
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
