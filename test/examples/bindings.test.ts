import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { isJsonObject, json } from "../../shared/plan/json.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";

const read = async (path: string) =>
  json.parse(JSON.parse(await readFile(join(import.meta.dirname, "../../examples", path), "utf8")));

it.each([
  ["worker", "contract.json"],
  ["lambda", "contract.json"],
  ["mcp", "contracts.json"],
  ["http", "contracts.json"],
  ["browser", "contract.json"],
  ["builtin", "contracts.json"],
  ["builtin", "contacts.contracts.json", "contacts.plan.json"],
])(
  "the example of a tool by %s has contracts that are taken, and a plan of their tools",
  async (kind, file, planned = "plan.json") => {
    const written = await read(join(kind, file));
    const contracts = isJsonObject(written) && Array.isArray(written.contracts) ? written.contracts : [written];
    const names = contracts.map((contract) => {
      const defined = defineContract(contract, 1);
      if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
      expect(defined.value.binding?.kind).toBe(kind);
      return defined.value.tool_name;
    });
    const registries = { tools: new Set(names), agents: new Map(), registry_open: true, submitter: "alice" };
    expect(acceptSubmission(await read(join(kind, planned)), registries)).toMatchObject({ ok: true });
  },
);
