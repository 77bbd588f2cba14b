import { expect, test } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { fakeContext } from "./fake-context.ts";

test("contracts add registers what an import proposed, as the file has it after review", async () => {
  const [contract] = standardContracts();
  const proposal = {
    source: { kind: "openapi", location: "crm.json", title: "CRM", version: "1", digest: "d" },
    tools: [{ original: "a", inferred: [], warnings: [], contract: { ...contract, tool_name: "crm_a" } }],
    refused: [{ original: "b", reasons: ["its body is no JSON"] }],
  };
  const cli = fakeContext({
    files: { "crm.proposal.json": JSON.stringify(proposal) },
    answer: () => ({ status: 201, body: { contract: { ...contract, tool_name: "crm_a" }, unchanged: false } }),
  });
  expect(await cli.run("contracts", "add", "crm.proposal.json")).toBe(EXIT.ok);
  expect(cli.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["PUT /contracts/crm_a"]);
});
