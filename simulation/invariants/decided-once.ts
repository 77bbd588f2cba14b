import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "decided-once";
const check = checker(name);

export const decidedOnce: Invariant = {
  name,
  promise: "A request to people is closed once: whoever comes second changes nothing.",
  watch: () => ({
    written: ({ before, after }) => {
      const place = before ?? after;
      if (!place?.pk.startsWith(`${PARTITIONS.approval}EXEC#`) || before === undefined) return;
      check(
        before.status === "open",
        () => `request ${place.sk} was ${before.status} and became ${after?.status ?? "nothing"}`,
      );
      check(
        after !== undefined && Number(after.version) === Number(before.version) + 1,
        () => `request ${place.sk} lost what version ${before.version} said`,
      );
    },
  }),
};
