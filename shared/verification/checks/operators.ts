import { type Manifest, numberedManifest } from "../../artifacts/manifest.ts";
import { OPERATORS } from "../../audit/audit-event.ts";
import { chainFaults } from "../../audit/check-chain.ts";
import type { ChainHead } from "../../audit/merkle.ts";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import { FAULT_IN_WORDS } from "./chains.ts";
import type { Check } from "./check.ts";
import { checkSealedHead } from "./sealed-head.ts";

/**
 * Locks, unlocks, the LIVE switch, contracts and agents: one chain outside any execution, of which every manifest seals
 * what there was. Records and manifests of earlier releases hold nothing of it, and nothing is compared.
 */
export const operators: Check = {
  name: "operators",
  run: ({ record, manifests }, findings) => {
    for (const { chain, seq } of record.operators) {
      if (chain !== OPERATORS) findings.tampered(`${chain} #${seq}`, "it is not of the operators' chain");
    }
    for (const { seq, what, expected, found } of chainFaults(OPERATORS, record.operators)) {
      findings.tampered(`${OPERATORS} #${seq}`, FAULT_IN_WORDS[what], { expected, found });
    }
    let sealed: ChainHead | undefined;
    for (const [number, manifest] of [...manifests].sort(([one], [other]) => one - other)) {
      sealed = checkHead(record, sealed, numberedManifest(number), manifest, findings) ?? sealed;
    }
    return record.operators.length;
  },
};

/** @returns the head that the manifest seals */
const checkHead = (
  { operators }: Case["record"],
  before: ChainHead | undefined,
  name: string,
  { operators_head }: Manifest,
  findings: Findings,
): ChainHead | undefined => {
  if (operators_head === undefined) return undefined;
  const sealed = operators_head?.seq ?? 0;
  if (sealed < (before?.seq ?? 0)) {
    findings.tampered(name, "it seals less of what operators did than the manifest before it", {
      expected: `at least #${before?.seq}`,
      found: `#${sealed}`,
    });
  }
  if (operators_head === null) return undefined;
  checkSealedHead(operators, operators_head, name, findings);
  return operators_head;
};
