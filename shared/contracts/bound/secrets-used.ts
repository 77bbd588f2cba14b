import type { Violation } from "../../plan/violation.ts";
import { outwardBinding } from "../binding/binding.ts";
import type { UsedSecret } from "../binding/used-secret.ts";
import type { ToolContractInput } from "../tool-contract.ts";
import { browserSecrets } from "./browser/browser-parts.ts";
import { builtinSecrets } from "./builtin/secrets-used.ts";
import { httpSecrets } from "./http/secrets-used.ts";

/** `write/crm`: as people write it. */
export const secretInWords = ({ family, name }: Pick<UsedSecret, "family" | "name">): string => `${family}/${name}`;

/** Every secret that the calls of a contract are made with. */
export const secretsUsed = (contract: ToolContractInput): UsedSecret[] => {
  const binding = outwardBinding(contract);
  if (binding === undefined) return [];
  switch (binding.kind) {
    case "http":
      return httpSecrets(contract, binding);
    case "builtin":
      return builtinSecrets(contract, binding);
    case "browser":
      return browserSecrets(contract, binding);
    // A server's are registered with it; functions and workers hold what they need themselves.
    case "mcp":
    case "lambda":
    case "worker":
      return [];
  }
};

/** Says of a secret, by family and name, that it is not there. */
export const noSecret = (name: string): string =>
  `there is no secret ${name}: an operator keeps it first (buddy secrets set ${name}; deployed, Secrets Manager's buddy/<stage>/${name})`;

/** Secrets that a contract names and that are not there. */
export const secretFaults = (contract: ToolContractInput, missing: ReadonlySet<string>): Violation[] =>
  secretsUsed(contract)
    .filter((used) => missing.has(secretInWords(used)))
    .map((used) => {
      const name = secretInWords(used);
      return { path: used.path, rule: "binding_secrets", message: noSecret(name) };
    });
