import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { readBody } from "../../functions/adapters/table/record.ts";
import { realTimer } from "../../functions/tools/timer.ts";
import { ToolSurprise, toolPort } from "../../functions/tools/tool-port.ts";
import { MAX_OUTPUT_BYTES } from "../../shared/execution/limits.ts";
import { ledgerRow } from "../../shared/execution/record/ledger-row.ts";
import { newStepRecord } from "../../shared/execution/record/step-event.ts";
import { stepRecord } from "../../shared/execution/record/step-record.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import { type Json, json } from "../../shared/plan/json.ts";
import { parseJsonBody } from "../../shared/plan/parse-json-body.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";
import { RecordDamaged } from "../../shared/ports/damaged.ts";
import { type ToolAdapter, ToolFailure } from "../../shared/ports/tools.ts";
import { hostile, hostileValue } from "../fixtures/hostile-values.ts";
import { ALICE, harness, updatePlan } from "../functions/api/harness.ts";
import { ownContract, standardContract } from "../functions/tools/contracts.ts";
import type { OddAdapter } from "../harness/odd-tools.ts";
import { row } from "../shared/execution/attempt/records.ts";

/** 10,000 values in all: a seed and a number of runs each, so that every machine tries the same. */
const seed = 20_260_302;
const WRITE = standardContract("ghl_update_contact");

const call = {
  contract: WRITE,
  arguments: {},
  execution_id: "e",
  step_id: "s",
  agent_id: "a",
  idempotency_key: "k",
};

/** Answers everything with one value, or throws it. */
const answering = (value: unknown, throws: boolean) => {
  const answer = async (): Promise<unknown> => {
    if (throws) throw value;
    return value;
  };
  const odd: OddAdapter = {
    mock: answer,
    preview: answer,
    prepareUndo: answer,
    call: answer,
    compensate: answer,
    previewUndo: answer,
    lookUp: answer,
  };
  const never = async (): Promise<never> => Promise.reject(new Error("replaced"));
  const none: ToolAdapter = {
    mock: never,
    preview: never,
    prepareUndo: never,
    call: never,
    compensate: never,
    previewUndo: never,
    lookUp: never,
  };
  const adapter: ToolAdapter = Object.assign(none, odd);
  return toolPort({ toolbox: { adapterFor: () => adapter }, timer: realTimer }, WRITE);
};

const isStorable = (value: Json): void => {
  expect(json.safeParse(value).success).toBe(true);
  const text = canonicalJson(value);
  expect(text.isWellFormed()).toBe(true);
  expect(text.length).toBeLessThan(MAX_OUTPUT_BYTES + 20_000);
};

/** The ends that a rung without effect may have: its answer, or one of the two errors in bounded words. */
const typed = async <Value>(ended: Promise<Value>, look: (value: Value) => void): Promise<void> => {
  try {
    look(await ended);
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ToolSurprise)) throw error;
    expect(error.message.length).toBeLessThanOrEqual(9_000);
    expect(error.message.isWellFormed()).toBe(true);
  }
};

const outcomeOf = fc.record(
  {
    kind: fc.constantFrom<unknown>(
      "committed",
      "rejected",
      "indeterminate",
      "happened",
      "did_not_happen",
      "unknown",
      7,
    ),
    output: hostile,
    undo: hostile,
    error: hostile,
    why: hostile,
    summary: hostileValue,
    changes: hostileValue,
  },
  { requiredKeys: [] },
);

describe("whatever a tool's adapter answers or throws", () => {
  it("an answer or error of a tool's adapter comes out of every method as a typed outcome that can be stored", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, outcomeOf), fc.boolean(), async (value, throws) => {
        const port = answering(value, throws);
        await typed(port.mock(call), (answered) => isStorable(answered.value));
        await typed(port.preview(call), ({ value: preview }) => isStorable({ ...preview }));
        await typed(port.prepareUndo(call), isStorable);
        await typed(port.previewUndo(call, {}), (preview) => isStorable({ ...preview }));
        for (const outcome of [await port.call(call), await port.compensate(call, {})]) {
          if (outcome.kind === "committed") isStorable([outcome.output, outcome.undo]);
          else isStorable(outcome.error);
          expect(["committed", "rejected", "indeterminate"]).toContain(outcome.kind);
        }
        const found = await port.lookUp(call, "forward");
        if (found.kind === "happened") isStorable([found.output, found.undo]);
        expect(["happened", "did_not_happen", "unknown"]).toContain(found.kind);
      }),
      { seed, numRuns: 3_000 },
    );
  });
});

const registries = {
  tools: new Map([[WRITE.tool_name, WRITE]]),
  agents: new Map(),
  registry_open: true,
  submitter: "sam",
};

const textOf = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // Big numbers and circles have no JSON: their words are as good a body as any.
    return String(Object.prototype.toString.call(value));
  }
};

describe("whatever a body says", () => {
  const plan = fc.record(
    {
      plan_id: hostileValue,
      goal: hostileValue,
      deadline_seconds: fc.oneof(fc.double(), fc.constantFrom(1e12, 1e13, 1e15), hostileValue),
      agents: fc.oneof(fc.constant([{ agent_id: "a" }]), hostileValue),
      steps: fc.oneof(
        fc.array(fc.record({ step_id: hostileValue, arguments: hostileValue, tool_name: hostileValue })),
        hostileValue,
      ),
      agent_assignments: hostileValue,
      tool_arguments: hostileValue,
    },
    { requiredKeys: [] },
  );

  it("a body is accepted, or refused with places and rules, whatever it says", () => {
    fc.assert(
      fc.property(fc.oneof(plan, hostileValue, fc.record({ plans: fc.array(plan, { maxLength: 3 }) })), (value) => {
        const parsed = parseJsonBody(textOf(value));
        const accepted = parsed.ok ? acceptSubmission(parsed.value, registries) : parsed;
        if (!accepted.ok) expect(accepted.refusal.violations.length).toBeGreaterThan(0);
      }),
      { seed, numRuns: 3_000 },
    );
  });
});

describe("whatever is sent to a server", () => {
  const { version: _version, content_hash: _hash, ...contract } = ownContract({ tool_name: "note_add" });
  const whole = updatePlan("p1");
  /** One field of it says something hostile. */
  const spoiled = (value: object) =>
    fc
      .tuple(fc.constantFrom(...Object.keys(value)), hostileValue)
      .map(([field, said]) => ({ ...value, [field]: said }));
  const plans = fc.oneof(
    spoiled(whole),
    ...whole.steps.map((step) => spoiled(step).map((odd) => ({ ...whole, steps: [odd] }))),
    ...whole.agents.map((agent) => spoiled(agent).map((odd) => ({ ...whole, agents: [odd] }))),
  );

  it("anything sent as a plan is taken, or refused by its own fault and leaves nothing", async () => {
    const h = await harness();
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { status } = await h.post("/executions", textOf({ plans: [plan] }), ALICE);
        expect([202, 400, 409, 413, 422]).toContain(status);
        if (status === 202) taken += 1;
      }),
      { seed, numRuns: 600 },
    );
    const { items } = await h.deps.executions.list({ limit: 1_000, next: null });
    expect([items.length, h.workflow.started.length]).toEqual([taken, taken]);
  });

  it("anything sent as a call is answered, or refused by its own fault", async () => {
    const h = await harness();
    await h.deps.agents.put({
      agent_id: "agent_1",
      owner: "olga",
      granted_permissions: [],
      allowed_submitters: [],
      default_confidence: null,
    });
    const call = { agent_id: "agent_1", tool_name: "ghl_search", arguments: { query: "ann" }, wait_seconds: 0 };
    await fc.assert(
      fc.asyncProperty(spoiled(call), async (asked) => {
        expect((await h.post("/calls", textOf(asked), ALICE)).status).toBeLessThan(500);
      }),
      { seed, numRuns: 200 },
    );
  });

  it("anything sent as a contract is put, or refused by its own fault and leaves nothing", async () => {
    const h = await harness();
    const standing = async () => (await h.get("/contracts/note_add")).text();
    await fc.assert(
      fc.asyncProperty(spoiled(contract), async (asked) => {
        const before = await standing();
        const { status } = await h.put("/contracts/note_add", textOf(asked));
        expect([200, 201, 202, 400, 409, 413, 422]).toContain(status);
        if (status >= 400) expect(await standing()).toBe(before);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe("whatever a stored record holds", () => {
  const at = "2026-03-02T09:00:00.000Z";
  const step = newStepRecord({ execution_id: "e", plan_id: "p", step_id: "s" }, at);
  const of = (schema: z.ZodType, record: object) => Object.keys(record).map((field) => ({ schema, record, field }));
  const places = fc.constantFrom(...of(stepRecord, step), ...of(ledgerRow, row()));

  it("a stored record can be read where nothing of it is hostile", () => {
    expect([stepRecord.safeParse(step).success, ledgerRow.safeParse(row()).success]).toEqual([true, true]);
  });

  it("a stored record is read as the record that it is, or refused by its schema", () => {
    fc.assert(
      fc.property(places, hostileValue, ({ record, schema, field }, value) => {
        const body = textOf({ ...record, [field]: value });
        fc.pre(body.startsWith("{"));
        const item = { pk: "p", sk: "s", body };
        try {
          expect(schema.safeParse(readBody(schema, item)).success).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordDamaged);
        }
      }),
      { seed, numRuns: 3_000 },
    );
  });
});
