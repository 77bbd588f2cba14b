import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { ownName } from "../../shared/contracts/offer/offered-names.ts";
import { fakeContext } from "./fake-context.ts";

describe("`buddy contracts add` of a file with several, against the local server", () => {
  let folder: string;
  let server: RunningServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-several-"));
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: false });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const buddy = async (...argv: string[]) => {
    const fake = fakeContext({});
    const context = {
      ...fake.context,
      fetch: globalThis.fetch,
      local: localPrograms,
      now: () => new Date(),
      readFile: (path: string) => readFile(path, "utf8"),
    };
    const code = await runBuddy(context, ["--endpoint", server.url, "--data", folder, ...argv]);
    return { code, out: fake.stdout(), err: fake.stderr() };
  };

  it("contracts add stores none of several contracts where one cannot be, and reads each beside those before it", async () => {
    const sets = {
      description: "Sets a stage",
      risk_level: "MEDIUM",
      timeout_seconds: 20,
      requires_approval: true,
      approvals_required: 1,
      outcome_resolution: "QUERYABLE",
    };
    const clear = {
      ...sets,
      tool_name: "crm_clear",
      reversible: false,
      input_schema: { type: "object", required: ["id"] },
    };
    const undoneBy = (tool_name: string, filled: object) => ({
      ...sets,
      tool_name: "crm_set",
      reversible: true,
      compensation: { tool_name, arguments: filled },
    });
    const path = join(folder, "several.json");
    const adding = async (...contracts: object[]) => {
      await writeFile(path, JSON.stringify(contracts));
      return buddy("contracts", "add", path);
    };
    const slow = { ...clear, tool_name: "crm_slow", timeout_seconds: 2 };
    const refused = await adding(clear, undoneBy("crm_clear", {}), slow);
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.err).toContain("2 of 3 items cannot be taken; nothing of this file was stored");
    expect(refused.err).toMatch(/item 2, crm_set: \/compensation\/arguments .*crm_clear requires argument "id"/u);
    expect(refused.err).toMatch(/item 3, crm_slow: \/timeout_seconds /u);
    for (const tool of ["crm_clear", "crm_set", "crm_slow"]) {
      expect((await buddy("contracts", "show", tool)).code).toBe(EXIT.not_found);
    }
    const after = await adding(undoneBy("crm_clear", { id: "{id}" }), clear);
    expect(after.err).toMatch(/item 1, crm_set: \/compensation\/tool_name .*register it first/u);
    const taken = await adding(clear, undoneBy("crm_clear", { id: "{id}" }));
    expect([taken.code, taken.err]).toEqual([EXIT.ok, ""]);
  });

  it("contracts add stores none of several contracts where one would be called by another's name at /mcp, in either order", async () => {
    const path = join(folder, "named.json");
    const made = ownName("desk:note");
    const ships = { description: "Ships", risk_level: "LOW", reversible: true, timeout_seconds: 5 };
    const given = { requires_approval: false, approvals_required: 0, outcome_resolution: "QUERYABLE" };
    const tool = (tool_name: string) => ({ ...ships, ...given, tool_name, input_schema: { type: "object" } });
    for (const names of [
      ["desk:note", made],
      [made, "desk:note"],
    ]) {
      await writeFile(path, JSON.stringify(names.map(tool)));
      const refused = await buddy("contracts", "add", path);
      expect(refused.err).toContain("1 of 2 items cannot be taken; nothing of this file was stored");
      expect(refused.err).toContain(`may call ${names[0]} of the same file; take another`);
    }
    await writeFile(path, JSON.stringify([tool("desk:note"), tool("desk:note")]));
    expect((await buddy("contracts", "add", path)).err).not.toContain("the same file");
  });
});
