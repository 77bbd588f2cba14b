import { secretInWords, secretsUsed } from "../../../shared/contracts/bound/secrets-used.ts";
import { toolContractInput } from "../../../shared/contracts/tool-contract.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** Of the secrets that a contract names those that there are not; none of one that is no contract yet. */
export const missingSecrets = async (
  { secretNames }: Pick<Deps, "secretNames">,
  input: unknown,
): Promise<Result<ReadonlySet<string>, Problem>> => {
  const parsed = toolContractInput.safeParse(input);
  const used = new Map(
    (parsed.success ? secretsUsed(parsed.data) : []).map((secret) => [secretInWords(secret), secret]),
  );
  const missing = new Set<string>();
  try {
    for (const [words, { family, name }] of used) if (!(await secretNames.has(family, name))) missing.add(words);
    return accept(missing);
  } catch (error) {
    const message = `whether its secrets are there cannot be told: ${thrownText(error)}`;
    return refuse(oneViolation({ path: "/binding", rule: "binding_secrets", message }));
  }
};
