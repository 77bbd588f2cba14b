import { type ChainFault, chainFaults } from "../../audit/check-chain.ts";
import { SERIAL, stepOf } from "../case.ts";
import type { Check } from "./check.ts";

export const FAULT_IN_WORDS = {
  sequence: "an event is missing, or events changed places",
  link: "it does not name the event before it",
  event_id: "its id is not that of its content",
  hash: "it was changed after it was written",
} as const satisfies Record<ChainFault["what"], string>;

/** Gapless sequences, links, ids and hashes of every chain. */
export const chains: Check = {
  name: "chains",
  run: ({ execution_id, chains: all, serial }, findings) => {
    if (serial.length === 0) findings.incomplete(SERIAL, "the serial chain has no events");
    for (const [chain, events] of all) {
      if (chain !== SERIAL && stepOf(chain) === undefined) findings.tampered(chain, "an execution has no such chain");
      for (const { seq, what, expected, found } of chainFaults(execution_id, events)) {
        findings.tampered(`${chain} #${seq}`, FAULT_IN_WORDS[what], { expected, found });
      }
    }
    return [...all.values()].reduce((sum, events) => sum + events.length, 0);
  },
};
