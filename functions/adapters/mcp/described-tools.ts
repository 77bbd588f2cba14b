import { z } from "zod";
import { toolDefinition } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import type { ListedTools } from "../../../shared/contracts/import/listed-tools.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import { json, jsonObject } from "../../../shared/plan/json.ts";
import { jsonFaults, MAX_DEPTH } from "../../../shared/plan/json-faults.ts";
import { schemaViolations } from "../../../shared/plan/schema-violations.ts";
import { toolWithoutNulls } from "./absent.ts";
import type { Said } from "./item-by-item.ts";

/** The claims that the protocol has words for, whatever is claimed by them. */
const annotations = z.object({
  title: json.exactOptional(),
  readOnlyHint: json.exactOptional(),
  destructiveHint: json.exactOptional(),
  idempotentHint: json.exactOptional(),
  openWorldHint: json.exactOptional(),
});

/** A tool as servers say it; a field that no call needs may be of any form. */
const tool = z.object({
  name: toolDefinition.shape.name,
  description: z.string().exactOptional(),
  inputSchema: jsonObject,
  outputSchema: jsonObject.exactOptional(),
  annotations: annotations.exactOptional(),
});

/** The tools of a list that can be called, and of each other one why not. */
export const describedTools = (listed: readonly (Said & { readonly taken: boolean })[]): ListedTools => {
  const list: ListedTools = { tools: [], left_out: [] };
  for (const { item, name, taken } of listed) {
    const leaveOut = (why: string) => list.left_out.push({ name: cutText(name, 256), why: cutText(why, 1_000) });
    if (typeof item !== "object" || item === null) {
      leaveOut(`it is no object, or one that is nested deeper than ${MAX_DEPTH} levels`);
      continue;
    }
    const described = tool.safeParse(toolWithoutNulls(item), { reportInput: true });
    if (!described.success) {
      leaveOut(
        schemaViolations(described.error, tool)
          .map(({ path, message }) => `${path} ${message}`.trim())
          .join("; "),
      );
      continue;
    }
    // Text that is none can be neither compared with what was reviewed nor kept.
    const torn = jsonFaults(described.data).violations.find(({ rule }) => rule === "malformed_text");
    if (torn !== undefined) {
      leaveOut(`${torn.path} ${torn.message}`);
      continue;
    }
    if (!taken) {
      leaveOut("its schema names headers (x-mcp-header) in a way that the protocol forbids");
      continue;
    }
    const { description = "", inputSchema: input_schema, outputSchema, annotations: claims } = described.data;
    list.tools.push({
      name: described.data.name,
      description,
      input_schema,
      ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
      ...(claims === undefined ? {} : { annotations: claims }),
    });
  }
  return list;
};
