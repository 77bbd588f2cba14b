import { describe, expect, it } from "vitest";
import { MAX_OUTPUT_BYTES } from "../../shared/execution/limits.ts";
import { mendJson } from "../../shared/plan/mend-json.ts";
import { ToolFailure } from "../../shared/ports/tools.ts";
import { HOSTILE } from "../fixtures/hostile-values.ts";
import { besideEachOther, ODD, type OddAdapter, oddWorld } from "../harness/odd-tools.ts";
import { pathOf, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, openRequests, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/** Runs both plans as far as they go by themselves, for as long as a day if need be. */
const played = async (odd: OddAdapter, more = {}): Promise<{ world: TestWorld; id: string }> => {
  const world = await startWorld(oddWorld(odd, more));
  const id = await submit(world, besideEachOther);
  await world.rest(3_600);
  return { world, id };
};

const errorOf250KB = `no: ${"e".repeat(250_000)}\ud83d`;
const rejecting = async (error: unknown): Promise<never> => Promise.reject(error);

describe("whatever a call answers, its step has an outcome and its neighbour goes on", () => {
  it.each(Object.entries(HOSTILE))(
    "a call with %s as output leaves its step an outcome, and its neighbour goes on",
    async (_name, make) => {
      const { world, id } = await played({ call: async () => ({ kind: "committed", output: make(), undo: make() }) });
      expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "LIVE finished live" });
      expect(await statusOf(world, id)).toBe("SUCCEEDED");
      const { live_output } = await stepOf(world, id, "odd");
      if (live_output === null) throw new Error("the output is lost");
      const output = await world.deps.bodies.get(live_output);
      expect(JSON.stringify(output).length).toBeLessThan(1_100_000);
    },
  );

  it("an answer whose every part breaks the output schema in many ways is told by the first, in few words", async () => {
    const required = Array.from({ length: 60 }, (_, n) => `n${n}`);
    const output = { rows: Array.from({ length: 190_000 }, () => ({})) };
    const { world, id } = await played(
      { call: async () => ({ kind: "committed", output, undo: null }) },
      { output_schema: { properties: { rows: { items: { required } } } } },
    );
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "LIVE finished live" });
    const { reason } = await stepOf(world, id, "odd");
    expect(reason).toContain("its output does not fit its output_schema: /rows/0/n0 is required, and is missing");
    expect(reason?.length).toBeLessThan(1_000);
  });

  it("the part that was left out of an answer is on record", async () => {
    const large = { fine: true, text: "x".repeat(2_000_000) };
    const { world, id } = await played({ call: async () => ({ kind: "committed", output: large, undo: null }) });
    expect((await stepOf(world, id, "odd")).reason).toBe("the tool's answer was cut: text of 2000000 characters");
  });

  it("the part of an answer that was lost before it came to its adapter is on record", async () => {
    const answer = { kind: "committed", output: { fine: true }, undo: null, left_out: "a field named __proto__" };
    const { world, id } = await played({ call: async () => answer });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "LIVE finished live" });
    expect((await stepOf(world, id, "odd")).reason).toBe("the tool's answer was cut: a field named __proto__");
  });

  it("an answer that is cut where it arrives, and again where it is kept, is said to be cut once", async () => {
    const numbers = Array.from({ length: 60_000 }, (_, n) => n % 10);
    const { value, cut } = mendJson({ a: numbers }, MAX_OUTPUT_BYTES);
    const answer = { kind: "committed", output: value, undo: null, left_out: cut };
    const { world, id } = await played({ call: async () => answer });
    expect((await stepOf(world, id, "odd")).reason).toMatch(/^the tool's answer was cut: \d+ of 60000 items$/);
  });

  it.each([
    ["nothing", undefined],
    ["a text", "done"],
    ["an unknown kind", { kind: "perhaps" }],
    ["no outcome but null", null],
  ])("an answer of %s leaves it unknown: it is looked up", async (_name, answer) => {
    const { world, id } = await played({
      call: async () => answer,
      lookUp: async () => ({ kind: "happened", output: { n: 1 }, undo: null }),
    });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "LIVE finished live" });
  });

  it("an error of 250 KB that breaks off inside a character is cut, on record and whole as text", async () => {
    const { world, id } = await played({ call: async () => ({ kind: "rejected", error: errorOf250KB }) });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished failed" });
    const { reason } = await stepOf(world, id, "odd");
    expect(reason).toMatch(/^no: e+ \[cut: 250005 characters\]$/);
    expect(reason?.length).toBeLessThanOrEqual(4_000);
    const row = await world.deps.ledger.get({ execution_id: id, step_id: "odd", side: "forward" });
    expect(row?.error?.length).toBeLessThanOrEqual(4_000);
  });

  it("an error of 250 KB that is thrown leaves it unknown, and the look-up settles it", async () => {
    const { world, id } = await played({
      call: () => rejecting(new Error(errorOf250KB)),
      lookUp: async () => ({ kind: "did_not_happen" }),
    });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished failed" });
    expect(await statusOf(world, id)).toBe("FAILED");
  });
});

describe("a look-up that fails", () => {
  it.each([
    ["throws", () => rejecting(new Error("the provider is down"))],
    [
      "throws before it begins",
      () => {
        throw new Error("no route");
      },
    ],
    ["answers with nothing", async () => undefined],
  ])("a look-up that fails is asked a few times, and then a person is: it %s", async (_name, lookUp) => {
    let looks = 0;
    const { world, id } = await played({
      call: async () => ({ kind: "indeterminate", error: "502" }),
      lookUp: () => {
        looks += 1;
        return lookUp();
      },
    });
    expect(looks).toBeLessThanOrEqual(3);
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "AWAITING_APPROVAL reconcile -" });
    expect((await openRequests(world, id)).map(({ kind }) => kind)).toEqual(["reconcile"]);
    await decide(world, id, "odd", "happened", { by: "ann", comment: "it is there" });
    await world.rest();
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "LIVE finished live" });
  });
});

describe("a preview that cannot be used ends its step before anything is sent", () => {
  it.each([
    ["is nothing", async () => undefined],
    ["has no summary", async () => ({ output: null, changes: [] })],
    ["changes nothing that can be read", async () => ({ summary: "s", output: null, changes: "all" })],
    ["throws", () => rejecting(new ToolFailure(errorOf250KB))],
    ["throws what is no error", () => rejecting(Object.create(null))],
    ["never ends", () => new Promise(() => undefined)],
  ])("a preview that cannot be used ends its step before anything is sent, because it %s", async (_name, preview) => {
    const { world, id } = await played({ preview });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished failed" });
    expect((await stepOf(world, id, "odd")).reason?.length).toBeLessThanOrEqual(4_000);
  });

  it("a preview that is too large to be shown whole ends its step, and names the limit", async () => {
    const changes = [{ record: "r", field: "f", old: "o".repeat(360_000), new: "n" }];
    const { world, id } = await played({ preview: async () => ({ summary: "s", output: null, changes }) });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished failed" });
    expect((await stepOf(world, id, "odd")).reason).toContain("131072 bytes");
  });
});

describe("what would undo a call", () => {
  it("a call's undoing is kept whole or the call is not made, and the limit is named", async () => {
    let calls = 0;
    const { world, id } = await played({
      prepareUndo: async () => ({ old: "o".repeat(60_000) }),
      call: async () => {
        calls += 1;
        return { kind: "committed", output: null, undo: null };
      },
    });
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished failed" });
    expect((await stepOf(world, id, "odd")).reason).toContain("49152 bytes");
    expect([calls, await world.deps.inFlightCalls.all()]).toEqual([0, []]);
  });

  it("preparing an undoing counts its starts where it throws, and ends as not started", async () => {
    let starts = 0;
    const { world, id } = await played({
      prepareUndo: () => {
        starts += 1;
        return rejecting(new Error("a defect"));
      },
    });
    expect(starts).toBe(2);
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished not_started" });
    expect((await stepOf(world, id, "odd")).reason).toBe(
      "2 starts came to nothing, and nothing was sent: what would undo it cannot be prepared: a defect",
    );
  });
});

describe("a start that gets ready too slowly", () => {
  const slowly = (world: () => TestWorld, seconds: number) => () =>
    new Promise((resolve) => {
      world().deps.timer.after(seconds * 1_000, () => resolve({ summary: "s", output: null, changes: [] }));
    });

  it("a start that gets ready too slowly is counted and ends as not started: a preview of 31 s within its limit of 60", async () => {
    let starts = 0;
    let world: TestWorld | undefined;
    const here = (): TestWorld => {
      if (world === undefined) throw new Error("no world");
      return world;
    };
    const preview = slowly(here, 31);
    const counting = () => {
      starts += 1;
      return preview();
    };
    world = await startWorld(oddWorld({ preview: counting }, { requires_approval: true, approvals_required: 1 }));
    const id = await submit(world, besideEachOther);
    await world.rest();
    await approve(world, id, "odd");
    await world.rest(3_600);
    expect(await standing(world, id)).toEqual({ calm: "LIVE finished live", odd: "ABORTED finished not_started" });
    expect((await stepOf(world, id, "odd")).reason).toContain("it took too long to get ready");
    // The rehearsal's, and two before LIVE.
    expect(starts).toBe(3);
  });
});

describe("a compensation that cannot be carried out", () => {
  const failing: OddAdapter = { call: async () => ({ kind: "committed", output: null, undo: { n: 0 } }) };
  const thenFails = {
    plans: [
      plan("p", [
        call("odd", "odd_write", { n: 1 }),
        call("late", "msgraph_send_email", { to: "a@example.org", subject: "s", body: "b" }, { after: ["odd"] }),
      ]),
    ],
  };

  it.each([
    ["throws", () => rejecting(new Error(errorOf250KB))],
    ["answers with nothing", async () => undefined],
    ["refuses without a word", async () => ({ kind: "rejected" })],
  ])("a compensation that cannot be carried out ends at a person: it %s", async (_name, compensate) => {
    const odd = { ...failing, compensate, lookUp: async () => undefined, previewUndo: () => rejecting(new Error("x")) };
    const world = await startWorld(oddWorld(odd));
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
    const id = await submit(world, thenFails);
    await world.rest();
    await approve(world, id, "late");
    await world.rest(3_600);
    const [request] = await openRequests(world, id);
    expect(["undo_failed", "reconcile_undo"]).toContain(request?.kind);
    expect((await pathOf(world, id, "odd")).filter((type) => type === "undo_deferred").length).toBeLessThanOrEqual(6);
  });
});

it("a result that names more resources than one step may ends the step that takes it, in words, and nothing is sent", async () => {
  const many = { ...ODD, tool_name: "many_write", resources: [{ key: "file:{paths[]}", access: "write" }] };
  const paths = Array.from({ length: 150 }, (_, n) => `f${n}`);
  const odd = { call: async () => ({ kind: "committed", output: { paths }, undo: null }) };
  const list = { type: "array", items: { type: "string" } };
  const giving = { ...ODD, output_schema: { type: "object", properties: { paths: list }, required: ["paths"] } };
  const world = await startWorld({ ...oddWorld(odd), contracts: [giving, many] });
  const id = await submit(world, {
    plans: [
      plan("p", [
        call("odd", ODD.tool_name, { n: 1 }),
        call("many", many.tool_name, { paths: { $from: "odd", path: "/paths" } }),
      ]),
    ],
  });
  await world.rest(3_600);
  expect((await stepOf(world, id, "many")).reason).toContain("split the step into several with shorter lists");
  expect(await world.deps.ledger.get({ execution_id: id, step_id: "many", side: "forward" })).toBeUndefined();
  expect(await standing(world, id)).toMatchObject({ many: "ABORTED finished failed" });
});
