import { type ToolContractInput, writes } from "../../tool-contract.ts";
import type { UsedSecret } from "../secrets-used.ts";
import type { BuiltinBinding } from "./builtin-binding.ts";

/**
 * Every secret that a call of the adapter is made with, and of which family: contacts are read before they are written,
 * mail is only sent.
 */
export const builtinSecrets = (contract: ToolContractInput, binding: BuiltinBinding): UsedSecret[] => {
  const used = (family: UsedSecret["family"]): UsedSecret => ({
    family,
    name: binding.secret,
    path: "/binding/secret",
  });
  switch (binding.adapter) {
    case "msgraph_mail":
      return [used("write")];
    case "gohighlevel_contacts":
      return writes(contract) ? [used("read"), used("write")] : [used("read")];
  }
};
