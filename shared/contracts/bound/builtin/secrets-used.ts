import type { BuiltinBinding } from "../../binding/builtin/builtin-binding.ts";
import type { UsedSecret } from "../../binding/used-secret.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";

const used = ({ secret }: { readonly secret: string }, ...families: readonly UsedSecret["family"][]): UsedSecret[] =>
  families.map((family) => ({ family, name: secret, path: "/binding/secret" }));

/**
 * Every secret that a call of the adapter is made with, and of which family: contacts are read before they are written,
 * mail is only sent.
 */
export const builtinSecrets = (contract: ToolContractInput, binding: BuiltinBinding): UsedSecret[] => {
  switch (binding.adapter) {
    case "msgraph_mail":
      return used(binding, "write");
    case "gohighlevel_contacts":
      return writes(contract) ? used(binding, "read", "write") : used(binding, "read");
    case "memory":
    case "goals":
      return [];
  }
};
