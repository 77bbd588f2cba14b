import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../console/client/http.ts";
import { queuedAnew } from "../../console/client/queued.ts";
import { rungsOf, waitsFor } from "../../console/execution/ladder.ts";
import { newestOf } from "../../console/health/newest-of.ts";
import { hindrance } from "../../console/many/hindrance.ts";
import { decideInParts } from "../../console/many/in-parts.ts";
import { keptPages, lookedAtAgain } from "../../console/parts/kept-pages.ts";
import { instantOf, localOf } from "../../console/parts/local-time.ts";
import { onceEach } from "../../console/parts/once-each.ts";
import { fieldsOf, readField, writtenOf } from "../../console/request/form-of.ts";
import { isTyped, nameToType } from "../../console/request/name-to-type.ts";
import { standingOf } from "../../console/request/standing.ts";
import { pathOf, placeAt } from "../../console/routes.ts";
import { contractChanges } from "../../console/tools/differences.ts";
import { theOneIn } from "../../console/verify/verifier.ts";
import { approvalViewOf } from "../../functions/api/read/approval-view.ts";
import type { DecisionResults, DecisionsBody } from "../../functions/api/schemas.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { approval } from "../ports/records.ts";

const viewed = (more: object) => {
  const circumstances = { record: undefined, locks: [], owners: [] };
  return {
    ...approvalViewOf(
      approval({ status: "open" }),
      { name: "bob", scopes: ["approvals:decide"] },
      "2026-01-31T12:00:00.000Z",
      circumstances,
    ),
    ...more,
  };
};

describe("the name that is typed before a HIGH call", () => {
  const change = (record: string) => ({ record, field: "f", old: null, new: 1 });

  it("the name typed before a HIGH call is that of the record it changes, or of the tool where it changes none", () => {
    expect(nameToType({ tool_name: "t", changes: [change("mail:(new)"), change("ghl:contact:c1")] })).toBe("c1");
    expect(nameToType({ tool_name: "send_mail", changes: [change("mail:(new)")] })).toBe("send_mail");
    expect(nameToType({ tool_name: "send_mail", changes: [] })).toBe("send_mail");
  });

  it("the name typed before a HIGH call is typed in full; blanks around it make no other name", () => {
    expect([isTyped(" c1 ", "c1"), isTyped("c", "c1"), isTyped("C1", "c1")]).toEqual([true, false, false]);
  });
});

describe("a box for local times", () => {
  it.each(["", "yesterday", "2026-11-29T10:00Z…", "2026-13-01", "+275760-09-13T00:00:00.001Z"])(
    "a box for local times stays empty for %j, which is no moment",
    (written) => {
      expect([localOf(written), instantOf(written)]).toEqual(["", undefined]);
    },
  );

  it("a box for local times shows a moment in the reader's zone, and gives the same moment back", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (at) => {
        at.setSeconds(0, 0);
        const local = localOf(at.toISOString());
        // An hour of autumn has two moments in some zones: the box cannot say which of them.
        const back = Date.parse(instantOf(local) ?? "");
        expect(local).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/u);
        expect(localOf(new Date(back).toISOString())).toBe(local);
      }),
    );
  });
});

describe("a form made from a contract's schema", () => {
  const schema = {
    type: "object",
    required: ["to"],
    properties: {
      to: { type: "array", items: { type: "string" } },
      note: { type: "string", description: "shown to nobody" },
      count: { type: "integer" },
      kind: { type: "string", enum: ["a", "b"] },
    },
  };
  const fields = fieldsOf(schema, { to: ["ann"], count: "three", extra: { deep: 1 } });
  const kinds = Object.fromEntries(fields.map(({ name, kind }) => [name, kind]));

  it("a form has a box for each field of the contract's schema, and JSON for what is no plain value or of another kind", () => {
    expect(kinds).toEqual({ to: "json", count: "json", extra: "json", note: "text", kind: "choice" });
  });

  it("a form gives back what stands in it, and says what cannot be read", () => {
    const [to] = fields;
    if (to === undefined) throw new Error("there is no field");
    expect(readField(to, writtenOf(to, ["ann"]))).toEqual({ ok: true, value: ["ann"] });
    expect(readField(to, "[1")).toMatchObject({ ok: false });
    expect(readField(to, '[{"a":1,"b":{"c":1,"c":2}}]')).toEqual({
      ok: false,
      why: 'has "c" twice (/0/b/c); keep one of them',
    });
    expect(readField(to, "[1234567890123456789012]")).toEqual({ ok: false, why: "has more digits than are kept (/0)" });
    expect(readField(to, '[{"a":1},{"a":2}]')).toEqual({ ok: true, value: [{ a: 1 }, { a: 2 }] });
    expect(readField(to, "")).toEqual({ ok: false, why: "is needed" });
    const count = { ...to, kind: "integer", required: false } as const;
    expect(readField(count, "2.5")).toEqual({ ok: false, why: "is not a whole number" });
    expect(readField(count, "")).toEqual({ ok: true, value: undefined });
    for (const odd of ["0x1F", "1_000", "12345678901234567890"]) expect(readField(count, odd).ok).toBe(false);
  });

  it("a form has a field for a name that every object inherits only where it is given or described, and with what is given", () => {
    const described = { properties: { constructor: { type: "string" }, toString: { type: "integer" } } };
    expect(fieldsOf(described, {}).map(({ name, kind }) => [name, kind])).toEqual([
      ["constructor", "text"],
      ["toString", "integer"],
    ]);
    expect(fieldsOf({ properties: {} }, { constructor: "x" })).toMatchObject([{ kind: "json", description: null }]);
  });

  it("a form leaves what nobody wrote in as it was, an empty text too", () => {
    const note = fieldsOf(schema, { to: ["ann"], note: "" }).find(({ name }) => name === "note");
    if (note === undefined) throw new Error("there is no field");
    expect(readField(note, writtenOf(note, ""), "")).toEqual({ ok: true, value: "" });
    expect(readField(note, "", "was there")).toEqual({ ok: true, value: undefined });
    expect(readField(note, writtenOf(note, undefined), undefined)).toEqual({ ok: true, value: undefined });
  });
});

describe("the queue, read again", () => {
  const found = ["ap-1", "ap-2"].map((approval_id) => viewed({ approval_id }));
  const first = queuedAnew([], found, 1_000);

  it("the queue, read again, is the same value where only time has passed, with what was left at the first reading", () => {
    const later = found.map((request) => ({ ...request, remaining_seconds: 50, preview_age_seconds: 20 }));
    expect(queuedAnew(first, later, 2_000)).toBe(first);
    expect(first.map(({ read_at }) => read_at)).toEqual([1_000, 1_000]);
  });

  it("the queue, read again, holds anew only what has changed, came or went", () => {
    const [one = viewed({}), two = viewed({})] = found;
    const now = queuedAnew(first, [one, { ...two, approvals_given: 1 }, viewed({ approval_id: "ap-3" })], 2_000);
    expect(now[0]).toBe(first[0]);
    expect(now.map(({ read_at }) => read_at)).toEqual([1_000, 2_000, 2_000]);
    expect(queuedAnew(now, [one], 3_000)).toEqual([first[0]]);
  });

  it("the queue, read again, holds a request once that got more time between two pages, as it is by then", () => {
    const [one = viewed({}), two = viewed({})] = found;
    const now = queuedAnew([], [one, two, { ...one, expires_at: "2030-01-01T00:00:00.000Z" }], 2_000);
    expect(now.map(({ approval_id, expires_at }) => [approval_id, expires_at])).toEqual([
      [one.approval_id, "2030-01-01T00:00:00.000Z"],
      [two.approval_id, two.expires_at],
    ]);
  });
});

describe("the ladder of a step", () => {
  const step = { state: "AWAITING_APPROVAL", finished: false, mode_reached: "DRY_RUN", approval_needed: true } as const;
  const standings = (more: object) => rungsOf({ ...step, ceiling: null, ...more }).map(({ standing }) => standing);

  it("the ladder of a step shows what is done, where it stands and what is ahead", () => {
    expect(standings({})).toEqual(["done", "done", "now", "ahead"]);
    expect(standings({ state: "LIVE", finished: true, mode_reached: "LIVE" })).toEqual([
      "done",
      "done",
      "done",
      "done",
    ]);
  });

  it("the ladder of a step has no rung for approval where nobody is asked, and closes what the ceiling does not allow", () => {
    const ceiling = { mode: "DRY_RUN" as const, reasons: [] };
    expect(standings({ approval_needed: false, state: "DRY_RUN", mode_reached: "MOCK", ceiling })).toEqual([
      "done",
      "now",
      "closed",
    ]);
    expect(standings({ state: "ABORTED", finished: true })).toEqual(["done", "done", "closed", "closed"]);
  });

  it("the ladder of a step waits for what it depends on and has not finished", () => {
    expect(waitsFor({ depends_on: ["a", "b"], finished: false }, new Set(["a"]))).toEqual(["b"]);
    expect(waitsFor({ depends_on: ["a"], finished: true }, new Set())).toEqual([]);
  });
});

it("two versions of a contract differ in the fields that somebody changed, at any depth, and not in what the registry gives", () => {
  const [was] = standardContracts();
  if (was === undefined) throw new Error("there is no contract");
  const input_schema = { ...was.input_schema, "x/y": { deep: 1 } };
  const is = { ...was, version: was.version + 1, content_hash: "h2", timeout_seconds: 77, input_schema };
  expect(contractChanges(was, is)).toEqual([
    { record: was.tool_name, field: "timeout_seconds", old: was.timeout_seconds, new: 77 },
    { record: was.tool_name, field: "input_schema/x~1y", old: undefined, new: { deep: 1 } },
  ]);
  const cleared = { ...was, input_schema: { ...was.input_schema, "x/y": null } };
  expect(contractChanges(was, cleared).map((change) => [change.old, change.new])).toEqual([[undefined, null]]);
  expect(contractChanges(cleared, was).map((change) => [change.old, change.new])).toEqual([[null, undefined]]);
  expect(contractChanges(was, { ...was, version: 9 })).toEqual([]);
});

it("of what was found about a tool the newest is shown, which rests on most", () => {
  const signal = (signal_id: string, tool_name: string, rate: string) => ({
    ...{ signal_id, tool_name, timestamp: "2026-01-31T12:00:00.000Z", insight: "", recommended_action: "" },
    ...{ signal_type: "TOOL_RELIABILITY" as const, confidence: 1, target_phase: 16 as const },
    affected_future_executions: 1,
    evidence: { sample_size: 20, rates: { [rate]: 1 }, bounds: {}, details: {} },
  });
  const signals = [signal("new", "a", "success"), signal("old", "a", "success"), signal("other", "b", "success")];
  expect(newestOf(signals).map(({ signal_id }) => signal_id)).toEqual(["new", "other"]);
});

describe("requests that are decided together in the console", () => {
  const decisions = Array.from({ length: 1_001 }, (_, place) => ({
    ...{ id: `ap-${place}`, digest: "d", decision: "approve" as const, comment: null },
  }));
  const apiThat = (refuses: (act: number) => boolean) => {
    const sizes: number[] = [];
    const decideMany = async ({ decisions: asked }: DecisionsBody): Promise<Answer<DecisionResults>> => {
      sizes.push(asked.length);
      if (refuses(sizes.length)) return { kind: "silence" };
      const results = asked.map(({ id }) => ({
        ok: true as const,
        id,
        status: "approved" as const,
        approvals_given: 1,
      }));
      return { kind: "value", value: { results } };
    };
    return { sizes, api: { decideMany } };
  };

  it("requests beyond what one act takes are decided in several, with a result for each", async () => {
    const { sizes, api } = apiThat(() => false);
    const answer = await decideInParts(api, decisions);
    expect(sizes).toEqual([500, 500, 1]);
    const ids = answer.kind === "value" ? answer.value.results.map(({ id }) => id) : [];
    expect(ids).toEqual(decisions.map(({ id }) => id));
  });

  it("requests behind an act that had no answer are not sent, and those before it are told", async () => {
    const { sizes, api } = apiThat((act) => act === 2);
    const answer = await decideInParts(api, decisions);
    expect(sizes).toEqual([500, 500]);
    expect(answer.kind === "value" && answer.value.results.length).toBe(500);
    expect(await decideInParts(apiThat(() => true).api, decisions)).toEqual({ kind: "silence" });
  });
});

describe("what was dropped to be verified", () => {
  const lies = (folder: string, name: string, text: string) => ({ folder, file: new File([text], name) });
  const fileOf = (folder: string, pipeline_id: string) =>
    lies(folder, "orchestration_summary.json", JSON.stringify({ pipeline_id }));
  const nothing = lies("", "notes.txt", "");

  it("a dropped folder is verified as of the one execution that it names, whatever lies in there beside its files", async () => {
    const copy = fileOf("/e1/copy/older", "e2");
    const found = await theOneIn([nothing, copy, fileOf("/e1", "e1"), lies("/e1", ".DS_Store", "x")]);
    expect(found).toMatchObject({ id: "e1", evidence: { record: undefined, beside: [".DS_Store", "copy"] } });
    expect(found.evidence.files.map(({ name }) => name)).toEqual(["orchestration_summary.json"]);
  });

  it("a drop is of no execution, or one must be chosen, where no folder or several name one", async () => {
    const folders = ["e1", "e2"].map((id) => fileOf(`/${id}`, id));
    await expect(theOneIn(folders)).rejects.toThrow("there are 2 executions: choose the folder of one");
    await expect(theOneIn([nothing])).rejects.toThrow("no file there says of which execution it is");
  });
});

it("every place has an address that leads back to it, whatever its name", () => {
  expect(placeAt(pathOf.request("ap-1"))).toEqual({ page: "inbox", request: "ap-1" });
  expect(placeAt(pathOf.step("e/1", "s 2"))).toEqual({ page: "execution", id: "e/1", step: "s 2" });
  expect(placeAt(pathOf.people())).toEqual({ page: "people" });
  expect(placeAt(pathOf.webhook("w/1"))).toEqual({ page: "webhooks", id: "w/1" });
  expect(placeAt("/console/elsewhere/x")).toEqual({ page: "nowhere" });
  expect(placeAt("/console/requests/%E0%A4%A")).toEqual({ page: "nowhere" });
});

it("an item that stands on two pages is shown once, as the first of them says it and in their order", () => {
  const pages = [
    [
      { id: "c", says: 2 },
      { id: "b", says: 2 },
    ],
    [
      { id: "b", says: 1 },
      { id: "a", says: 1 },
    ],
  ];
  const shown = onceEach(
    pages,
    (page) => page,
    ({ id }) => id,
  );
  expect(shown.map(({ id, says }) => id + says)).toEqual(["c2", "b2", "a1"]);
});

describe("the pages that a list keeps", () => {
  type Numbered = { readonly items: readonly number[] };
  const namesOf = ({ items }: Numbered) => items.map(String);
  const pageTo = (top: number): Numbered => ({ items: Array.from({ length: 50 }, (_, place) => top - place) });
  /** A list of which somebody asked for a page more, while so many items come, a few between two looks. */
  const keptWhile = (count: number, at_once: number) => {
    let older: readonly Numbered[] = [pageTo(50)];
    let newest = pageTo(100);
    while ((newest.items[0] ?? 0) < 100 + count) {
      const next = pageTo((newest.items[0] ?? 0) + at_once);
      older = keptPages(older, newest, next, namesOf);
      newest = next;
    }
    return { older, names: new Set([newest, ...older].flatMap(namesOf)), top: newest.items[0] ?? 0 };
  };

  it.each([1, 7, 49])("the pages that a list keeps miss nothing between them while %i come at a time", (at_once) => {
    const { older, names, top } = keptWhile(500, at_once);
    expect([...names].map(Number).toSorted((one, other) => other - one)).toEqual(
      Array.from({ length: top }, (_, place) => top - place),
    );
    // Pages overlap by less than one each.
    expect(older.length).toBeLessThanOrEqual(22);
  });

  it("the pages that a list keeps are none where more came between two looks than a page holds", () => {
    expect(keptPages([pageTo(50)], pageTo(100), pageTo(151), namesOf)).toEqual([]);
    const none: Numbered = { items: [] };
    expect(keptPages([pageTo(50)], none, none, namesOf), "of a search that finds nothing new").toEqual([pageTo(50)]);
  });

  it("the pages that a list keeps have one of them as it is now, unless that one leaves a gap to the next", () => {
    const page = (next: string | null, ...items: number[]) => ({ items, next });
    const [first, second] = [page("n3", 4, 3), page(null, 2, 1)];
    const again = (now: ReturnType<typeof page>) => lookedAtAgain([first, second], first, now, namesOf);
    for (const whole of [page("n3", 4), page("n2", 4, 3, 2), page(null, 4)])
      expect(again(whole)).toEqual([whole, second]);
    expect(again(page("n4", 5, 4)), "more fit by now than did").toEqual([first, second]);
    expect(lookedAtAgain([second], first, page("n3", 4), namesOf), "of another list by now").toEqual([second]);
  });

  it("the pages that a list keeps do not grow without end: the oldest are let go, and nothing before them is missing", () => {
    const { older, names, top } = keptWhile(20_000, 1);
    expect(older).toHaveLength(20);
    const kept = [...names].map(Number).toSorted((one, other) => other - one);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, place) => top - place));
    expect(kept.length).toBeGreaterThan(1_000);
    expect(older.at(-1)?.items.at(-1)).toBe(kept.at(-1));
  });
});

describe("a request on screen that was decided", () => {
  it.each([
    ["approved", "It is approved by eve: “seen”."],
    ["happened", "It happened, says eve: “seen”."],
    ["did_not_happen", "It did not happen, says eve: “seen”."],
  ] as const)("a request on screen that was decided says %s in words", (status, words) => {
    const now = { ...viewed({}), status, decided_by: "eve", comment: "seen" };
    expect(standingOf(now, now, () => undefined)).toEqual({ kind: "decided", words });
  });
});

describe("a request on screen whose call was asked about elsewhere", () => {
  const earlier = (status: "open" | "rejected", comment: string | null = null) => ({
    ...{ approval_id: "a0", execution_id: "e0", step_id: "s1", status, created_at: "2026-01-31T11:00:00.000Z" },
    ...{ decided_at: null, decided_by: null, comment, changes: [], more_changes: 0 },
  });
  const shown = viewed({ you_may: ["approve", "reject"], earlier_decisions: [earlier("open")] });

  it("a request on screen is another one once its call was decided elsewhere: its buttons are off, and it is left out of many", () => {
    const now = { ...shown, earlier_decisions: [earlier("rejected", "no")] };
    expect(standingOf(shown, now, () => undefined)).toEqual({ kind: "changed" });
    expect(hindrance(shown, now, "approve")).toContain("it has changed since it was shown here");
    expect(standingOf(shown, structuredClone(shown), () => undefined)).toEqual({ kind: "as-shown" });
    expect(hindrance(shown, structuredClone(shown), "approve")).toBeNull();
  });
});
