import { isJsonObject, type JsonObject } from "../../plan/json.ts";
import { accept, type Result } from "../../plan/result.ts";
import { quoted } from "../../plan/suggestion.ts";
import type { Violations } from "../../plan/violation.ts";
import { contractWarnings } from "../contract-warnings.ts";
import { defineContract } from "../define-contract.ts";
import { faultsOfSchema } from "../schema/validator.ts";
import type { ToolContract } from "../tool-contract.ts";
import type { FreeName } from "./free-names.ts";
import type { Inference, ProposalFile, ProposalSource } from "./proposal-file.ts";
import { toolNames } from "./tool-names.ts";
import { withoutVacuousLimits } from "./vacuous-limits.ts";

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
 * asked here: the one that the contracts are added to says it. `names`: of the candidates, in their order.
 */
export const proposeContracts = (
  source: ProposalSource,
  candidates: readonly Candidate[],
  names: readonly FreeName[] = toolNames(candidates.map(({ original }) => original)).map((name) => ({ name })),
): ProposalFile => {
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
    const { inferred, warnings } = candidate;
    const { name: tool_name, taken } = names[index] ?? { name: original };
    const { contract: described, without } = withoutLimits(candidate.contract);
    const judged = judge({ tool_name, ...described });
    if (!judged.ok) {
      file.refused.push({ original, reasons: inWords(judged.refusal) });
      continue;
    }
    const { contract, defined, left_out } = judged.value;
    file.tools.push({
      original,
      inferred: tool_name === original ? [...inferred] : [renamed(original, taken), ...inferred],
      warnings: [
        ...(taken === undefined ? [] : [`${quoted(original)} is ${taken}: proposed as ${tool_name}`]),
        ...warnings,
        ...without,
        ...left_out,
        ...contractWarnings(defined),
      ],
      contract,
    });
  }
  return file;
};

const withoutLimits = (
  contract: JsonObject,
): { readonly contract: JsonObject; readonly without: readonly string[] } => {
  const fields = ["input_schema", "output_schema"].flatMap((field) => {
    const schema = contract[field];
    const made = isJsonObject(schema) ? withoutVacuousLimits(schema) : schema;
    return made === undefined || made === schema ? [] : [[field, made] as const];
  });
  return {
    contract: { ...contract, ...Object.fromEntries(fields) },
    without: fields.map(
      ([field]) => `limits beyond 2^53 in its ${field} are left out: no number here goes beyond them`,
    ),
  };
};

type Judged = {
  readonly contract: JsonObject;
  readonly defined: ToolContract;
  /** The fields that are not in it, each with the reason. */
  readonly left_out: readonly string[];
};

/** Without its output_schema a tool is as good, only less is known of what comes back: one that is no schema is left out. */
const judge = (contract: JsonObject): Result<Judged, Violations> => {
  const defined = defineContract(contract, 1, undefined, faultsOfSchema);
  if (defined.ok) return accept({ contract, defined: defined.value, left_out: [] });
  const { output_schema, ...others } = contract;
  if (output_schema === undefined || !defined.refusal.violations.every(({ path }) => isOfOutput(path))) return defined;
  const without = defineContract(others, 1, undefined, faultsOfSchema);
  if (!without.ok) return defined;
  const left_out = [`its output_schema is left out: ${inWords(defined.refusal).join("; ")}`];
  return accept({ contract: others, defined: without.value, left_out });
};

const isOfOutput = (path: string): boolean => path === "/output_schema" || path.startsWith("/output_schema/");

const reasonsAgainst = (candidate: Candidate): string[] => ("reasons" in candidate ? [...candidate.reasons] : []);

const inWords = ({ violations, more }: Violations): string[] => [
  ...violations.map(({ path, message }) => `${path} ${message}`.trim()),
  ...(more === 0 ? [] : [`and ${more} more`]),
];

const renamed = (original: string, taken: string | undefined): Inference => ({
  field: "/tool_name",
  from: `${quoted(original)}, which ${taken === undefined ? "no tool can be called here" : `is ${taken}`}`,
});
