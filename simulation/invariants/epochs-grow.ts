import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "epochs-grow";
const check = checker(name);

export const epochsGrow: Invariant = {
  name,
  promise: "The epoch of a lease only grows, and every new holder has a larger one than all before.",
  watch: () => ({
    written: ({ before, after }) => {
      const place = before ?? after;
      if (!place?.pk.startsWith(PARTITIONS.lease) || before === undefined) return;
      const epoch = Number(after?.epoch ?? 0);
      check(epoch >= Number(before.epoch), () => `${place.pk} went back from epoch ${before.epoch} to ${epoch}`);
      const changedHands = after?.body !== undefined && holderOf(after.body) !== holderOf(before.body);
      check(!changedHands || epoch > Number(before.epoch), () => `${place.pk} changed hands within epoch ${epoch}`);
    },
  }),
};

const holderOf = (body: unknown): string => {
  if (body === undefined) return "nobody";
  const { execution_id, step_id } = JSON.parse(String(body));
  return `${execution_id}/${step_id}`;
};
