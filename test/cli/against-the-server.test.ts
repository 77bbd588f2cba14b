import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { planFailure } from "../../functions/tools/failure-plan.ts";
import { REFUSED_CLICK } from "../../local/refused-click.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { conflictType } from "../../shared/conflicts/schedule.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { fakeContext } from "./fake-context.ts";

/** A team's own, beside the standard tools: `examples/contracts.json`. */
const OWN_TOOLS = 1;

const examples = join(import.meta.dirname, "../../examples");

// In this order: one server, and later tests read back what earlier ones did.
describe("the CLI against the local server", { shuffle: false }, () => {
  let folder: string;
  let server: RunningServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-cli-"));
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: false });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const buddy = (...argv: string[]) => buddyOf(folder, ...argv);
  const buddyOf = async (data: string, ...argv: string[]) => {
    const fake = fakeContext({});
    const context = {
      ...fake.context,
      fetch: globalThis.fetch,
      local: localPrograms,
      now: () => new Date(),
      wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      readFile: (path: string) => readFile(path, "utf8"),
    };
    const code = await runBuddy(context, ["--endpoint", server.url, "--data", data, ...argv]);
    return { code, out: fake.stdout(), err: fake.stderr(), files: fake.files };
  };
  const json = async (...argv: string[]) => {
    const { code, out } = await buddy(...argv, "--json");
    expect(code).toBe(EXIT.ok);
    return JSON.parse(out);
  };

  it("the CLI tells every violation of a refused submission, and stores nothing", async () => {
    const refused = await buddy("run", join(examples, "plans.json"), "--as", "alice");
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.err).toContain('/plans/0/agents/0/agent_id agent "scout" is not registered');
    expect((await json("status")).items).toEqual([]);
  });

  it("the CLI runs the examples: every conflict, an edit, an expiry, a rejection, a roll back, and the artifacts", async () => {
    expect((await buddy("agents", "add", join(examples, "agents.json"))).code).toBe(EXIT.ok);
    expect((await buddy("contracts", "add", join(examples, "contracts.json"))).code).toBe(EXIT.ok);
    await planFailure(server.stack.world, REFUSED_CLICK);
    const files = ["validations", "config", "decisions"].flatMap((name) => [
      `--${name}`,
      join(examples, `${name}.json`),
    ]);
    const run = await buddy("run", join(examples, "plans.json"), ...files, "--as", "alice");
    expect(run.err + run.out).not.toContain("refused: ");
    expect(run.code, run.err).toBe(EXIT.not_succeeded);
    expect(run.out).not.toContain("no request matched");

    const [{ execution_id }] = (await json("status")).items;
    const saved = (name: string): string => run.files.get(`outputs/${execution_id}/${name}`) ?? "";
    const conflicts = new Set(
      JSON.parse(saved("tool_conflicts.json")).conflicts.map((each: { conflict_type: string }) => each.conflict_type),
    );
    expect([...conflicts].sort()).toEqual([...conflictType.options].sort());
    const log = saved("tool_execution_log.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const ended = new Map(
      log.map(({ plan_id, tool_name, status, approval_status }) => [
        `${plan_id} ${tool_name}`,
        `${status} ${approval_status}`,
      ]),
    );
    expect(Object.fromEntries([...ended].filter(([, how]) => !how.startsWith("success")))).toEqual({
      "plan_outreach ghl_create_contact": "blocked expired",
      "plan_event msgraph_send_email": expect.stringMatching(/^blocked /u),
      "plan_signup form_fill": "rollback approved",
      "plan_signup button_click": "failed approved",
      "plan_billing web_action_irreversible": "blocked rejected",
      "plan_recruiting mployer_add_contact": "partial not_required",
      "plan_pricing ghl_search": "partial not_required",
      "plan_pricing ghl_update_contact": "partial not_required",
    });
    expect(saved("learning_signals.jsonl")).toContain("CONFLICT_PATTERN");
    for (const name of [
      "orchestration_summary.json",
      "execution_state_transitions.jsonl",
      "rollback_events.jsonl",
      "system_health.json",
      "manifest.json",
    ]) {
      expect(saved(name)).not.toBe("");
    }
    const mails = await server.stack.world.list("outbox");
    expect(mails.map(({ value }) => value.subject).sort()).toEqual(["Welcome aboard", "You are invited"]);
  }, 60_000);

  it("the CLI reads back what was done: status, events, artifacts, health, metrics, signals, contracts, agents", async () => {
    const [{ execution_id: id }] = (await json("status")).items;
    expect((await buddy("status", id)).out).toContain("scout → crm_writer");
    expect((await json("events", id)).length).toBeGreaterThan(50);
    expect((await json("artifacts", id)).files).toContain("manifest.json");
    expect((await json("health")).health_score).toBeGreaterThan(0);
    expect((await json("metrics", "tool_success_rate")).points.length).toBeGreaterThan(0);
    expect((await json("signals", "--target-phase", "19")).items.length).toBeGreaterThan(0);
    expect((await buddy("contracts", "show", "rate_lookup")).out).toContain("2 calls to exchange_rates in 2 s");
    expect((await buddy("contracts", "list")).out).toContain(`${standardContracts().length + OWN_TOOLS} tools`);
    expect((await buddy("agents", "list")).out).toContain("The registry is closed");
    expect((await buddy("approvals", "--status", "rejected")).out).toContain("web_action_irreversible");
  });

  it("the CLI lowers a guard only with a second person, and says how", async () => {
    const [mail] = (await json("contracts", "list")).contracts.filter(
      ({ tool_name }: { tool_name: string }) => tool_name === "msgraph_send_email",
    );
    const file = join(folder, "lower.json");
    await writeFile(file, JSON.stringify({ ...mail, required_permissions: [] }));
    const added = await buddy("contracts", "add", file, "--as", "olga");
    expect(added.code).toBe(EXIT.waiting_for_people);
    expect(added.out).toContain("permission email_send is not required");
    expect(added.out).toContain("buddy contracts confirm msgraph_send_email");
    expect((await buddy("contracts", "list")).out).toContain("is proposed by olga");
    const confirm = ["contracts", "confirm", "msgraph_send_email"];
    expect((await buddy(...confirm, "--as", "otto")).code).toBe(EXIT.usage);
    expect((await buddy(...confirm, "--yes", "--as", "Olga")).code).toBe(EXIT.not_authorised);
    const confirmed = await buddy(...confirm, "--yes", "--as", "otto");
    expect(confirmed.out).toContain(`msgraph_send_email version ${mail.version + 1} is in force`);
    expect(confirmed.code).toBe(EXIT.ok);
    expect((await buddy(...confirm, "--yes", "--as", "otto")).code).toBe(EXIT.not_found);
  });

  it("the CLI tries a tool: what an approver would see, and nothing done", async () => {
    const args = JSON.stringify({ contact_id: "c2", fields: { stage: "tried" } });
    const tried = await buddy("tools", "try", "ghl_update_contact", "--arguments", args);
    expect(tried.code).toBe(EXIT.ok);
    expect(tried.out).toMatch(/^MEDIUM {2}ghl_update_contact version 1, 1 approval for LIVE\nMOCK: \{/u);
    expect(tried.out).toMatch(/DRY_RUN: .*\n {2}.*c2 stage: ".*" → "tried"/u);
    expect(tried.out).toContain("Writes ghl:contact:c2");
    const shown = JSON.parse((await buddy("tools", "try", "ghl_update_contact", "--arguments", args, "--json")).out);
    expect(shown.preview.changes[0].new).toBe("tried");
    expect((await buddy("tools", "try", "ghl_update_contact", "--arguments", "{}")).code).toBe(EXIT.refused);
    expect((await buddy("tools", "try", "ghl_update_contact", "--arguments", "c2")).code).toBe(EXIT.usage);
    expect((await buddy("tools", "try", "nothing", "--arguments", "{}")).code).toBe(EXIT.not_found);
  });

  it("the CLI ends with the code of what went wrong", async () => {
    expect((await buddy("status", "nowhere")).code).toBe(EXIT.not_found);
    expect((await buddy("metrics", "nothing")).code).toBe(EXIT.not_found);
    const [{ execution_id: id }] = (await json("status")).items;
    expect((await buddy("abort", id, "--reason", "too late")).code).toBe(EXIT.conflict);
    expect((await buddyOf(join(folder, "elsewhere"), "health")).code).toBe(EXIT.not_authorised);
  });

  it("the CLI locks and unlocks with four eyes, and switches LIVE", async () => {
    expect((await buddy("lock", "--tool", "form_fill", "--reason", "test", "--as", "bob")).out).toContain(
      "No call of tool form_fill can still run.",
    );
    expect((await buddy("system")).out).toContain("Locked: tool form_fill");
    expect((await buddy("unlock", "--tool", "form_fill", "--reason", "test", "--as", "bob")).code).toBe(
      EXIT.not_authorised,
    );
    expect((await buddy("unlock", "--tool", "form_fill", "--reason", "test", "--as", "carol")).code).toBe(EXIT.ok);
    expect((await buddy("live", "off", "--reason", "test")).out).toBe("LIVE is off.\nNo call can still run.");
    expect((await json("system")).live_enabled).toBe(false);
    expect((await buddy("live", "on", "--reason", "test")).out).toBe("LIVE is on.");
  });

  it("the CLI shows a caller by the name that the id was given, with the id beside it, until the name is taken away", async () => {
    const app = "7fa3kq2v9client";
    const file = join(folder, "named.json");
    const step = {
      step_id: "s1",
      agent_id: "scout",
      tool_name: "memory_search",
      arguments: { query: "x" },
      confidence: 0.9,
    };
    await writeFile(
      file,
      JSON.stringify({ plan_id: "named", agents: [{ agent_id: "scout", permissions: ["ghl_access"] }], steps: [step] }),
    );
    expect((await buddy("run", file, "--detach", "--as", app)).err).toBe("");
    const [{ execution_id }] = (await json("status")).items;
    expect((await buddy("names", "set", app, "--name", "Sales desk")).out).toBe(`${app} is read as Sales desk.`);
    expect((await buddy("names", "list")).out).toMatch(/^Sales desk +7fa3kq2v9client +/mu);
    const shown = await buddy("status", execution_id);
    expect(shown.out).toContain(`submitted by Sales desk (${app}) at`);
    expect(JSON.parse((await buddy("status", execution_id, "--json")).out)).toMatchObject({ submitted_by: app });
    expect((await buddy("names", "set", "other", "--name", "SALES desk")).err).toContain("a name is of one caller");
    expect((await buddy("names", "remove", app)).code).toBe(EXIT.ok);
    expect((await buddy("status", execution_id)).out).toContain(`submitted by ${app} at`);
    expect((await buddy("names", "remove", app)).code).toBe(EXIT.not_found);
  });

  it("lists the contracts of every page, each once, and confirms one that is not on the first", async () => {
    const large = { type: "object", properties: { q: { type: "string", description: "x".repeat(45_000) } } };
    const contracts = Array.from({ length: 30 }, (_, n) => ({
      ...{
        tool_name: `z_large_${n}`,
        risk_level: "MEDIUM",
        reversible: false,
        timeout_seconds: 10,
        compensation: "none",
      },
      ...{ requires_approval: true, approvals_required: 1, outcome_resolution: "OPAQUE", input_schema: large },
    }));
    const file = join(folder, "large.json");
    await writeFile(file, JSON.stringify({ contracts }));
    expect((await buddy("contracts", "add", file)).code).toBe(EXIT.ok);
    await writeFile(file, JSON.stringify({ ...contracts[9], requires_approval: false, approvals_required: 0 }));
    expect((await buddy("contracts", "add", file, "--as", "olga")).code).toBe(EXIT.waiting_for_people);

    const asked = vi.spyOn(globalThis, "fetch");
    const { out } = await buddy("contracts", "list");
    const pages = asked.mock.calls.filter(([url]) => String(url).includes("/contracts?"));
    asked.mockRestore();
    expect(pages.length).toBeGreaterThanOrEqual(2);
    const listed = [...out.matchAll(/^(\w+) +(?:LOW|MEDIUM|HIGH)\b/gmu)].map(([, name]) => name);
    const own = standardContracts().map(({ tool_name }) => tool_name);
    const all = [...own, "rate_lookup", ...contracts.map(({ tool_name }) => tool_name)];
    expect(listed).toEqual(all.sort());
    expect(out).toContain("z_large_9 version 2 is proposed by olga");
    expect((await buddy("contracts", "confirm", "z_large_9", "--yes", "--as", "otto")).out).toContain("is in force");
  });
});
