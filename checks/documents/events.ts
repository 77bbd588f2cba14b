import { z } from "zod";
import { BUS_EVENTS } from "../../shared/artifacts/bus-events.ts";

/** `ApprovalRequested` is described by approval-requested.schema.json. */
const fileOf = (type: string): string => `${type.replaceAll(/(?!^)[A-Z]/g, "-$&").toLowerCase()}.schema.json`;

/** A JSON Schema (2020-12) for each event of the bus, as receivers validate it. */
export const eventDocuments = Object.entries(BUS_EVENTS).map(([type, schema]) => ({
  path: `docs/events/${fileOf(type)}`,
  write: async (): Promise<string> => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { unrepresentable: "any" });
    return `${JSON.stringify({ $schema, $id: `urn:buddy:event:${type}`, title: type, ...rest }, null, 2)}\n`;
  },
}));
