import { describe } from "vitest";
import { tablesOfAnEmulator } from "./engines.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("on DynamoDB's protocol", () => {
  describeTablePorts(tablesOfAnEmulator());
});
