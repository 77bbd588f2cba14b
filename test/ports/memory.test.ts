import { describe } from "vitest";
import { memorySecretNames, memorySecrets } from "../../functions/adapters/memory/secrets.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { secretNamesSuite, secretsSuite } from "./secrets.ts";
import { describeTablePorts } from "./table-ports.ts";

describe("in memory", () => {
  describeTablePorts(async () => memoryTable());
});

secretsSuite("in memory", async ({ read, write }) => ({
  read: memorySecrets("read", read),
  write: memorySecrets("write", write),
}));
secretNamesSuite("in memory", async (families) => memorySecretNames(families));
