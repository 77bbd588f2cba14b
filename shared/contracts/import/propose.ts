import type { JsonObject } from "../../plan/json.ts";
import { quoted } from "../../plan/suggestion.ts";
import type { Violations } from "../../plan/violation.ts";
import { contractWarnings } from "../contract-warnings.ts";
import { defineContract } from "../define-contract.ts";
import { faultsOfSchema } from "../schema/validator.ts";
import type { Inference, ProposalFile, ProposalSource } from "./proposal-file.ts";
import { toolNames } from "./tool-names.ts";

/** A tool as a source describes it, before anything has judged it. */
export type Candidate =
  | {
      readonly original: string;
      /** The contract's fields, all but its name. */
      readonly contract: JsonObject;
      readonly inferred: readonly Inference[];
      readonly warnings: readonly string[];
    }
  /** The facts in its source that keep it from being a tool, in words. */
  | { readonly original: string; readonly reasons: readonly string[] };

/**
 * The proposal of everything that a source describes: each candidate is named, defined as a contract would be, and
 * proposed, or refused with every reason. Stores nothing. The hosts that a deployment lets its tools reach are not
 * asked here: the one that the contracts are added to says it.
 */
export const proposeContracts = (source: ProposalSource, candidates: readonly Candidate[]): ProposalFile => {
  const names = toolNames(candidates.map(({ original }) => original));
  const file: ProposalFile = { source, tools: [], refused: [] };
  const seen = new Set<string>();
  for (const [index, candidate] of candidates.entries()) {
    const { original } = candidate;
    const reasons = seen.has(original) ? ["its source names it twice"] : reasonsAgainst(candidate);
    seen.add(original);
    if (reasons.length > 0 || "reasons" in candidate) {
      file.refused.push({ original, reasons });
      continue;
    }
    const { inferred, warnings, contract } = candidate;
    const tool_name = names[index] ?? original;
    const contractOf = { tool_name, ...contract };
    const defined = defineContract(contractOf, 1, undefined, faultsOfSchema);
    if (!defined.ok) {
      file.refused.push({ original, reasons: inWords(defined.refusal) });
      continue;
    }
    file.tools.push({
      original,
      inferred: tool_name === original ? [...inferred] : [renamed(original), ...inferred],
      warnings: [...warnings, ...contractWarnings(defined.value)],
      contract: contractOf,
    });
  }
  return file;
};

const reasonsAgainst = (candidate: Candidate): string[] => ("reasons" in candidate ? [...candidate.reasons] : []);

const inWords = ({ violations, more }: Violations): string[] => [
  ...violations.map(({ path, message }) => `${path} ${message}`.trim()),
  ...(more === 0 ? [] : [`and ${more} more`]),
];

const renamed = (original: string): Inference => ({
  field: "/tool_name",
  from: `${quoted(original)}, which no tool can be called here`,
});
