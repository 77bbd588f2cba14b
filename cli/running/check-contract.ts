import { anothersNameViolation } from "../../shared/contracts/offer/anothers-name.ts";
import { madeNames, namesAtServer, ownName } from "../../shared/contracts/offer/offered-names.ts";
import { type ToolContractInput, toolContractInput } from "../../shared/contracts/tool-contract.ts";
import { undoingViolations } from "../../shared/contracts/undoing.ts";
import { isJsonObject, type Json } from "../../shared/plan/json.ts";
import type { Violation } from "../../shared/plan/violation.ts";
import type { Api } from "../client/api.ts";
import { ApiProblem, type Problem } from "../client/problem.ts";

type Among = { readonly name: string; readonly item: Json; readonly before: ReadonlyMap<string, Json> };

/**
 * Looks at one contract of a file beside those that come before it: the server knows nothing of them yet.
 *
 * @throws ApiProblem with all that is wrong
 */
export const checkContract = async (api: Api, { name, item, before }: Among): Promise<void> => {
  const others = [...before.values()].flatMap((other) => contractOf(other) ?? []);
  const contract = contractOf(item);
  const undoneBy = undoerAmong(contract, others);
  const found = await api.checkContract(name, item).then(
    ({ value }) => ({ isNew: value.contract.version === 1 && !value.unchanged, problem: undefined }),
    (error: unknown) => {
      if (!(error instanceof ApiProblem) || error.problem.violations === undefined) throw error;
      return { isNew: false, problem: error.problem };
    },
  );
  const told = (found.problem?.violations ?? []).filter(({ rule }) => undoneBy === undefined || !isOfUndoing(rule));
  const violations = [
    ...told,
    ...(contract === undefined || undoneBy === undefined
      ? []
      : undoingViolations(contract, new Map([[undoneBy.tool_name, undoneBy]]))),
    ...(found.isNew ? anothersName(name, others) : []),
  ];
  const more = found.problem?.more ?? 0;
  if (violations.length + more === 0) return;
  const answer: Problem = { ...found.problem, violations, ...(more === 0 ? {} : { more }) };
  throw new ApiProblem(400, answer);
};

/** As the registry reads it: what it gives itself may stand in a file that was read from it. */
const contractOf = (item: Json): ToolContractInput | undefined => {
  if (!isJsonObject(item)) return undefined;
  const { version: _version, content_hash: _hash, ...input } = item;
  return toolContractInput.safeParse(input).data;
};

const undoerAmong = (
  contract: ToolContractInput | undefined,
  others: readonly ToolContractInput[],
): ToolContractInput | undefined => {
  if (contract === undefined || typeof contract.compensation === "string") return undefined;
  const { tool_name } = contract.compensation;
  return others.find((other) => other.tool_name === tool_name);
};

/** Rules about the tool by which another is undone, which the file has in another form than the server. */
const isOfUndoing = (rule: string): boolean => rule.startsWith("undoing_");

/** A new tool that clients of `/mcp` would know by a name of one that comes before it. */
const anothersName = (name: string, others: readonly ToolContractInput[]): Violation[] => {
  const own = ownName(name);
  const alike = others
    .filter((other) => other.tool_name !== name && namesOf(other).includes(own))
    .map(({ tool_name }) => tool_name);
  return alike.length === 0 ? [] : [anothersNameViolation(name, alike, " of the same file")];
};

const namesOf = ({ tool_name, binding }: ToolContractInput): string[] => [
  tool_name,
  ...madeNames(tool_name),
  ...(binding?.kind === "mcp" ? namesAtServer({ server: binding.server, tool: binding.call.tool }) : []),
];
