import { describe } from "vitest";
import { describeBodies } from "./bodies.ts";
import { databasesInFiles, tablesInFiles } from "./engines.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("in a file", () => {
  describeTablePorts(tablesInFiles());
  const start = databasesInFiles();
  describeBodies(async () => (await start()).bodies);
});
