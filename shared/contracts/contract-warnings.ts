import { schemaWarnings } from "./schema/schema-warnings.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/** Warnings about a contract that is taken and may not mean what its author thinks, in words. */
export const contractWarnings = ({
  input_schema,
  output_schema,
}: Pick<ToolContractInput, "input_schema" | "output_schema">): string[] => [
  ...schemaWarnings(input_schema, "/input_schema"),
  ...(output_schema === undefined ? [] : schemaWarnings(output_schema, "/output_schema")),
];
