import { keyPart } from "../../functions/adapters/table/key-part.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { CONTRACTS } from "../service/contracts.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "slots-within-limit";
const check = checker(name);

const limitOf = new Map(
  [...CONTRACTS.values()].map((contract) => [
    `${PARTITIONS.semaphore}${keyPart(contract.tool_name)}`,
    contract.max_concurrent,
  ]),
);

export const slotsWithinLimit: Invariant = {
  name,
  promise:
    "Never are more calls of a tool waited for at once than its contract allows, and the count of its slots is the count of their holders.",
  watch: ({ service }) => ({
    written: ({ after }) => {
      if (!after?.pk.startsWith(PARTITIONS.semaphore)) return;
      const holders = Object.keys(after).filter((attribute) => attribute.startsWith("holder#")).length;
      const limit = limitOf.get(after.pk) ?? 0;
      check(holders <= limit, () => `${after.pk} has ${holders} holders for ${limit} slots`);
      check(holders === Number(after.held), () => `${after.pk} counts ${after.held} and has ${holders} holders`);
    },
    arrived: async ({ call, by }) => {
      const { tool_name, max_concurrent } = call.contract;
      const running = service.running(tool_name) + 1;
      check(
        running <= (max_concurrent ?? Number.POSITIVE_INFINITY),
        () => `${by} makes ${running} calls of ${tool_name} at once`,
      );
    },
  }),
};
