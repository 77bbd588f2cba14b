import { describe } from "vitest";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("in memory", () => {
  describeTablePorts(async () => memoryTable());
});
