import { describe } from "vitest";
import { tablesInFiles } from "./engines.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("in a file", () => {
  describeTablePorts(tablesInFiles());
});
