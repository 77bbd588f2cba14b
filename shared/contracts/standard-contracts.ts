import { defineContract } from "./define-contract.ts";
import { MEMORY_TOOLS } from "./standard/memory-tools.ts";
import { PAGE_TOOLS } from "./standard/page-tools.ts";
import { SERVICE_TOOLS } from "./standard/service-tools.ts";
import type { ToolContract } from "./tool-contract.ts";

/** The tools a fresh registry starts with, version 1, made by the same definition as everybody's tools. */
export const standardContracts = (): ToolContract[] =>
  [...PAGE_TOOLS, ...MEMORY_TOOLS, ...SERVICE_TOOLS].map((source) => {
    const defined = defineContract(source, 1);
    if (defined.ok) return defined.value;
    const reasons = defined.refusal.violations.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new Error(`standard contract ${source.tool_name} is not valid: ${reasons}`);
  });
