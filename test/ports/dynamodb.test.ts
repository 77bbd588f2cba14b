import { describe } from "vitest";
import { tablesOnDisk } from "./engines.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("on DynamoDB's protocol", () => {
  describeTablePorts(tablesOnDisk());
});
