import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { hint } from "../../cli/hints.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { planFailure } from "../../functions/tools/failure-plan.ts";
import { COLLECTIONS } from "../../functions/tools/world/world.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { definitionDigest } from "../../shared/contracts/binding/mcp/definition-review.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { LearningSignal } from "../../shared/feedback/learning-signal.ts";
import { setContact } from "../functions/tools/mcp/contact-tools.ts";
import { SMALLEST_PICTURE } from "../shared/execution/approval/smallest-picture.ts";
import { aWebhook } from "../shared/webhooks/deliveries.ts";
import { fakeContext } from "./fake-context.ts";
import { wordsOf } from "./printed-commands.ts";

const HELLO = join(import.meta.dirname, "../../examples/hello.json");

const plans = (...steps: { tool: string; arguments: Record<string, unknown>; after?: string[] }[]) => ({
  plans: [
    {
      plan_id: "p",
      agents: [{ agent_id: "a", permissions: ["ghl_access", "ghl_write", "email_send"] }],
      steps: steps.map(({ tool, arguments: args, after = [] }, place) => ({
        ...{ step_id: `s${place}`, agent_id: "a", tool_name: tool, confidence: 0.95 },
        ...{ arguments: args, depends_on: after },
      })),
    },
  ],
});
const update = (stage: string) => ({ tool: "ghl_update_contact", arguments: { contact_id: "c1", fields: { stage } } });
const mail = (subject: string) => ({
  tool: "msgraph_send_email",
  arguments: { to: ["ann@example.org"], subject, body: "Hello" },
});

const signal = (n: number): LearningSignal => ({
  ...{ signal_id: `s${n}`, timestamp: "2026-01-31T12:00:00.000Z", signal_type: "TOOL_RELIABILITY", tool_name: "t" },
  ...{ insight: "i", recommended_action: "a", confidence: 1, target_phase: 16, affected_future_executions: 1 },
  evidence: { sample_size: 18, rates: {}, bounds: {}, details: {} },
});

describe("every command that the CLI prints as what to do next, run as printed where it is printed", () => {
  let folder: string;
  let server: RunningServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-hints-"));
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
    await planFailure(server.stack.world, {
      ...{ failure_id: "lost", tool_name: "msgraph_send_email", arguments: { subject: "lost" } },
      ...{ rung: "call", kind: "time_out_after_effect", times: null, delay_ms: 0, message: "no answer" },
    });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Nobody is at a terminal, and time that is only waited passes quickly. */
  const buddy = async (...argv: string[]) => {
    const fake = fakeContext({});
    let waited = 0;
    const context = {
      ...fake.context,
      fetch: globalThis.fetch,
      local: localPrograms,
      now: () => new Date(Date.now() + waited),
      wait: (ms: number) => {
        waited += ms * 4;
        return new Promise<void>((resolve) => setTimeout(resolve, ms / 4));
      },
      readFile: (path: string) => readFile(path, "utf8"),
      readBytes: (path: string) => readFile(path).catch(() => undefined),
      readSaved: (path: string) => readFile(path).catch(() => undefined),
      readFolder: (path: string) => readdir(path).catch(() => undefined),
      writeFile: async (path: string, content: Uint8Array) => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      },
    };
    // A printed command may name a folder of its own.
    const data = argv.includes("--data") ? [] : ["--data", folder];
    const code = await runBuddy(context, ["--endpoint", server.url, ...data, ...argv]);
    return { code, out: fake.stdout() + fake.stderr() };
  };
  const json = async (...argv: string[]) => JSON.parse((await buddy(...argv, "--json")).out);

  const submit = async (body: unknown): Promise<string> => {
    const file = join(folder, "plans.json");
    await writeFile(file, JSON.stringify(body));
    return (await json("run", file, "--as", "alice", "--detach")).execution_id;
  };
  type Asked = { approval_id: string; kind: string };
  /** The requests of an execution, as soon as there is one of that kind. */
  const asked = async (execution: string, kind = "approve"): Promise<string> => {
    for (let look = 0; look < 300; look += 1) {
      const { plans: found } = await json("approvals", "--execution", execution);
      const open: Asked[] = found.flatMap((plan: { approvals: Asked[] }) => plan.approvals);
      const [first] = open.filter((each) => each.kind === kind);
      if (first !== undefined) return first.approval_id;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nothing of kind ${kind} was asked`);
  };
  const reaches = async (execution: string, status: string): Promise<void> => {
    for (let look = 0; look < 300; look += 1) {
      if ((await json("status", execution)).status === status) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${execution} is not ${status}`);
  };

  const waiting = async (stage = "customer"): Promise<string> => {
    const id = await submit(plans(update(stage)));
    await asked(id);
    return id;
  };
  const unknown = async (): Promise<string> => {
    const id = await submit(plans({ ...mail("lost"), arguments: { ...mail("lost").arguments, body: id4() } }));
    await buddy("approve", await asked(id), "--as", "bob");
    return asked(id, "reconcile");
  };
  let made = 0;
  const id4 = (): string => {
    made += 1;
    return `number ${made}`;
  };
  /** A roll back that finds somebody else's value asks a person to settle it. */
  const unsettled = async (): Promise<string> => {
    const id = await waiting(id4());
    await buddy("approve", await asked(id), "--as", "bob");
    await reaches(id, "SUCCEEDED");
    const { world } = server.stack;
    const call = { side: "forward", key: "none" } as const;
    const { record, version } = await world.standing(COLLECTIONS.ghlContacts, "c1", call);
    await world.write(COLLECTIONS.ghlContacts, "c1", { ...record?.value, stage: `theirs, ${id4()}` }, version, {
      by: "them",
      mark: null,
    });
    await buddy("rollback", id, "--reason", "test");
    return asked(id, "undo_failed");
  };
  const ended = async (): Promise<string> => {
    const id = await waiting(id4());
    await buddy("reject", await asked(id), "--comment", "no", "--as", "bob");
    await reaches(id, "INCOMPLETE");
    return id;
  };
  const locked = async (): Promise<string> => {
    const id = await waiting(id4());
    await buddy("lock", "--everything", "--reason", "test", "--as", "alice");
    await reaches(id, "LOCKED");
    expect((await buddy("unlock", "--everything", "--reason", "test", "--as", "bob")).out).toContain(
      hint.resumeLocked(),
    );
    return id;
  };
  const saved = async (): Promise<{ id: string; out: string }> => {
    const id = await ended();
    const out = join(folder, id4().replace(" ", "-"));
    await buddy("artifacts", id, "--out", out);
    return { id, out };
  };
  const address = async (): Promise<string> => {
    const webhook_id = `w${id4().replaceAll(/\W/g, "")}`;
    await server.stack.deps.webhooks.add(aWebhook({ webhook_id }));
    return webhook_id;
  };
  const proposed = async (): Promise<string> => {
    const contract = await json("contracts", "show", "msgraph_send_email");
    const file = join(folder, "lower.json");
    await writeFile(file, JSON.stringify({ ...contract, required_permissions: [] }));
    await buddy("contracts", "add", file, "--as", "olga");
    return "msgraph_send_email";
  };

  const widened = async (): Promise<string> => {
    const file = join(folder, "agents.json");
    for (const granted_permissions of [[], ["ghl_access"]]) {
      await writeFile(file, JSON.stringify([{ agent_id: "widened", owner: "dana", granted_permissions }]));
      await buddy("agents", "add", file, "--as", "olga");
    }
    return "widened";
  };

  /** The state in which a command is printed, and the command; how it may end, where that is not with success alone. */
  const printed: Record<keyof typeof hint, { is: () => Promise<string>; ends?: readonly number[] }> = {
    start: { is: async () => `${hint.start()} --port 0`, ends: [EXIT.conflict] },
    startOn: { is: async () => `${hint.startOn(folder)} --port 0`, ends: [EXIT.conflict] },
    runExample: {
      is: async () => hint.runExample().replace("examples/hello.json", HELLO),
      ends: [EXIT.waiting_for_people],
    },
    status: { is: async () => hint.status(await waiting()) },
    executions: { is: async () => hint.executions() },
    executionsOf: { is: async () => hint.executionsOf("a") },
    moreExecutions: {
      is: async () => {
        await ended();
        await ended();
        return hint.moreExecutions({ limit: 1 }, (await json("status", "--limit", "1")).next);
      },
    },
    follow: { is: async () => hint.follow(await waiting()), ends: [EXIT.waiting_for_people] },
    queue: { is: async () => hint.queue() },
    moreRequests: {
      is: async () => {
        await waiting();
        await submit(plans(mail(id4())));
        await waiting();
        const { next } = await json("approvals", "--limit", "1", "--mine");
        return hint.moreRequests({ limit: 1, mine: true }, next);
      },
    },
    requestsOf: { is: async () => hint.requestsOf(await waiting()) },
    request: { is: async () => hint.request(await asked(await waiting())) },
    picture: {
      is: async () => {
        const { deps } = server.stack;
        const request = await deps.approvals.get(await asked(await waiting()));
        if (request === undefined) throw new Error("nobody is asked");
        const picture = await deps.bodies.put("pictures", SMALLEST_PICTURE);
        await deps.approvals.update({ ...request, picture });
        return hint.picture(request.approval_id, join(folder, "page.jpg"));
      },
    },
    approve: { is: async () => hint.approve(await asked(await waiting())) },
    approveAllOf: { is: async () => hint.approveAllOf(await waiting(), false) },
    reject: { is: async () => hint.reject(await asked(await waiting())) },
    happened: { is: async () => hint.happened(await unknown()) },
    didNotHappen: { is: async () => hint.didNotHappen(await unknown()) },
    undone: { is: async () => hint.undone(await unsettled()) },
    accepted: { is: async () => hint.accepted(await unsettled()) },
    system: { is: async () => hint.system() },
    resume: { is: async () => hint.resume(await locked()) },
    resumeLocked: {
      is: async () => {
        await locked();
        return hint.resumeLocked();
      },
    },
    artifacts: { is: async () => hint.artifacts(await ended(), join(folder, "saved")) },
    saveInto: { is: async () => hint.saveInto(join(folder, "into")).replace("<execution>", await ended()) },
    verify: { is: async () => hint.verify((await saved()).out) },
    verifyFolder: {
      is: async () => {
        const { id, out } = await saved();
        return hint.verifyFolder(join(out, id)).replace("<execution>", id);
      },
    },
    contracts: { is: async () => hint.contracts() },
    addContracts: {
      is: async () => {
        const file = join(folder, "some-contracts.json");
        await writeFile(file, JSON.stringify([await json("contracts", "show", "memory_search")]));
        return hint.addContracts(file);
      },
    },
    away: { is: async () => hint.away() },
    entries: { is: async () => hint.entries("memory") },
    confirmContract: { is: async () => `${hint.confirmContract(await proposed())} --yes` },
    agents: { is: async () => hint.agents() },
    confirmAgent: { is: async () => `${hint.confirmAgent(await widened())} --yes` },
    acceptTool: {
      is: async () => {
        const { deps } = server.stack;
        const pinned = { name: "set", description: "Sets", input_schema: {} };
        const defined = defineContract({ ...setContact({}, { pins: [{ ...pinned, name: "set_contact" }] }) }, 1);
        if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
        const { tool_name } = defined.value;
        await deps.contracts.put(defined.value);
        await deps.definitions.note({
          ...{ tool_name, server: "contacts", pin: definitionDigest({ ...pinned, name: "set_contact" }) },
          ...{ definition: { ...pinned, name: "set_contact", description: "Sets all" }, found_at: "2026-01-01" },
        });
        return `${hint.acceptTool(tool_name)} --yes`;
      },
    },
    webhooks: { is: async () => hint.webhooks() },
    testWebhook: { is: async () => hint.testWebhook(await address()) },
    deliveries: { is: async () => hint.deliveries(await address()) },
    moreDeliveries: {
      is: async () => {
        const id = await address();
        for (let n = 0; n < 2; n += 1) await buddy("webhooks", "test", id);
        const { next } = await json("webhooks", "deliveries", id, "--limit", "1");
        return hint.moreDeliveries(id, 1, next);
      },
    },
    moreSignals: {
      is: async () => {
        await server.stack.deps.signals.put("e1", [1, 2].map(signal));
        return hint.moreSignals(
          { "target-phase": "16", limit: 1 },
          (await json("signals", "--limit", "1", "--target-phase", "16")).next,
        );
      },
    },
  };

  it.each(Object.entries(printed))(
    "a command that the CLI prints as what to do next does it: %s",
    async (_name, { is, ends = [EXIT.ok] }) => {
      const command = await is();
      expect(command.startsWith("buddy ")).toBe(true);
      const { code, out } = await buddy(...wordsOf(command.slice("buddy ".length)));
      expect(ends, `${command}\n${out}`).toContain(code);
    },
    30_000,
  );
});
