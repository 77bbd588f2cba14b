import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { auditEvent, GENESIS } from "../../shared/audit/audit-event.ts";
import { INITIAL, type Position, after as positionAfter } from "../../shared/execution/record/states.ts";
import { stepEventName } from "../../shared/execution/record/step-event.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "legal-transitions";
const check = checker(name);

type Standing = { readonly seq: number; readonly hash: string; readonly position: Position };
const BEGINNING: Standing = { seq: 0, hash: GENESIS, position: INITIAL };

export const legalTransitions: Invariant = {
  name,
  promise:
    "A step moves only as the table allows, one event after the other without a gap; one that has ended moves only to be rolled back.",
  watch: () => {
    const standing = new Map<string, Standing>();
    return {
      written: ({ before, after }) => {
        const place = before ?? after;
        if (!place?.pk.startsWith(PARTITIONS.audit)) return;
        check(before === undefined && after !== undefined, () => `event ${place.sk} was changed after it was written`);
        if (after === undefined || !after.sk.startsWith("step:")) return;
        const event = readBody(auditEvent, after);
        const chain = `${after.pk}/${event.chain}`;
        const stands = standing.get(chain) ?? BEGINNING;
        check(
          event.seq === stands.seq + 1 && event.previous === stands.hash,
          () => `${event.chain}: event ${event.seq} (${event.type}) does not follow event ${stands.seq}`,
        );
        const position = positionAfter(stands.position, stepEventName.parse(event.type));
        const { state, phase } = stands.position;
        check(position !== undefined, () => `${event.chain}: ${event.type} in ${state} (${phase})`);
        if (position !== undefined) standing.set(chain, { seq: event.seq, hash: event.hash, position });
      },
    };
  },
};
