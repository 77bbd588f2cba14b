import { secretsUsed } from "../../contracts/bound/secrets-used.ts";
import { needsApproval, type StaticCeilingInput, staticCeiling } from "../../contracts/static-ceiling.ts";
import { type ToolContractInput, writes } from "../../contracts/tool-contract.ts";

/** Whether a process that can only read can make the calls of a contract: by its kind, and by its secrets. */
const readsAlone = (contract: ToolContractInput): boolean => {
  switch (contract.binding?.kind) {
    case undefined:
    case "sandbox":
    case "http":
    case "mcp":
    case "builtin":
      return secretsUsed(contract).every(({ family }) => family === "read");
    // Another process answers, or a right of its own is needed.
    case "browser":
    case "lambda":
    case "worker":
      return false;
  }
};

/**
 * Whether a call may be made within the request that asks for it: it only reads, nobody is asked, and nothing that is
 * known beforehand keeps it from LIVE. It goes up the same ladder; whatever else comes up, a workflow run takes it on.
 */
export const isQuick = (input: StaticCeilingInput): boolean =>
  !writes(input.contract) &&
  !needsApproval(input.contract) &&
  readsAlone(input.contract) &&
  staticCeiling(input).mode === "LIVE";
