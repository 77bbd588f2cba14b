import { expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { contractKey } from "../../../../functions/adapters/table/keys/of-registries.ts";
import { bodyOf } from "../../../../functions/adapters/table/record.ts";
import { contractOf } from "../../../shared/contracts/contract-inputs.ts";
import { as, harness, problemIn } from "../harness.ts";

const OLGA = as("olga", ["contracts:write"]);

it("a contract that a release before registered holds the name by which its server knows it, and no new tool gets it", async () => {
  const table = memoryTable();
  const before = contractOf("LOW", {
    tool_name: "files_read",
    input_schema: { type: "object", additionalProperties: false },
    binding: { kind: "mcp", server: "files", call: { tool: "read_file" } },
  });
  // As releases wrote it that held no names.
  await table.put({ ...contractKey("files_read", before.version), ...bodyOf(before) });
  const { contracts } = tablePorts(table);
  const h = await harness({ contracts });
  expect(await contracts.namedByServer("read_file")).toEqual([]);
  for (const taken of ["read_file", "files__read_file"]) {
    const { tool_name: _named, ...contract } = contractOf("LOW", { tool_name: taken });
    const refused = await problemIn(await h.put(`/contracts/${taken}`, contract, OLGA));
    expect(refused.violations).toMatchObject([{ path: "/tool_name", message: expect.stringContaining("files_read") }]);
  }
  const { tool_name: _named, ...free } = contractOf("LOW", { tool_name: "read_files" });
  expect((await h.put("/contracts/read_files", free, OLGA)).status).toBe(201);
});
