import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { startDatabase } from "../../local/database/database.ts";
import { NOTHING_REACHED } from "../../local/reach.ts";
import { startStack } from "../../local/stack.ts";
import { commandLine, mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import { defined } from "../functions/tools/browser/form-tools.ts";
import { makeContact } from "../functions/tools/mcp/contact-tools.ts";
import { must } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";

const PROGRAM = new URL("../counterparts/mcp-leaving-program.ts", import.meta.url).pathname;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-stopped-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("what a call's program says when a stop ends it is not on record: the call stands there as a crash would leave it", async () => {
  const effects = join(folder, "effects");
  await writeFile(effects, "");
  const server = mcpServer.parse({
    ...{ kind: "stdio", server: "contacts", env: {} },
    ...{ command: process.execPath, args: [PROGRAM, effects] },
  });
  if (server.kind !== "stdio") throw new Error("no program");
  const stack = await startStack({
    ...{ data_dir: folder, outputs_dir: join(folder, "outputs"), log: silentLog, registry_open: true },
    live_enabled: true,
    reach: { ...NOTHING_REACHED, allowed_commands: [commandLine(server)] },
  });
  await stack.deps.servers.put(server);
  const unasked = { risk_level: "MEDIUM", requires_approval: false, approvals_required: 0 };
  const binding = { kind: "mcp", server: "contacts", call: { tool: "make_contact" }, no_effect_on_error: true };
  await stack.deps.contracts.put(defined({ ...makeContact(), ...unasked, binding }));
  const body = { plans: [plan("p1", [call("s1", "contacts_make", {})])] };
  const asked = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
  const { execution_id } = must(await submitPlans(stack.deps)(asked)).submitted;
  await expect.poll(() => readFile(effects, "utf8"), { timeout: 30_000 }).not.toBe("");
  await stack.stop();

  const database = await startDatabase(join(folder, "database"));
  const { ledger, inFlightCalls } = tablePorts(database.table);
  const row = await ledger.get({ execution_id, step_id: "s1", side: "forward" });
  const calls = await inFlightCalls.all();
  await database.stop();
  expect({ status: row?.status, error: row?.error, calls: calls.length }).toEqual({
    status: "INTENT",
    error: null,
    calls: 1,
  });
}, 60_000);
