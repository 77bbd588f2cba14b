import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { planFailure } from "../../../functions/tools/failure-plan.ts";
import { nextLink } from "../../../shared/audit/audit-event.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { recordLine } from "../../../shared/verification/record-line.ts";
import { type Evidence, verifyExecution } from "../../../shared/verification/verify-execution.ts";
import { ALICE, BOB, CAROL, type Harness } from "../../functions/api/harness.ts";
import {
  approveAll,
  evidenceOf,
  keyPair,
  operatorsAct,
  rollBack,
  signedHarness,
  somePlan,
  submit,
} from "./real-execution.ts";
import { linesOf, textOf, withFile, withLines } from "./tampering.ts";

const keys = keyPair();

type Path = readonly (string | number)[];
type Leaf = { readonly line: number; readonly path: Path; readonly value: string | number | boolean | null };

const leavesOf = (value: Json, line: number, path: Path = []): Leaf[] => {
  if (Array.isArray(value)) return value.flatMap((each, place) => leavesOf(each, line, [...path, place]));
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([key, each]) => leavesOf(each, line, [...path, key]));
  }
  return [{ line, path, value }];
};

/** Another value of the same type, as somebody who forges would write it. */
const other = ({ value, path }: Leaf, salt: number): Json => {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return path.at(-1) === "confidence" ? (value + 0.25) % 1 : value + 1 + (salt % 3);
  if (value === null) return "2026-01-31T12:00:00.000Z";
  if (/^[0-9a-f]{64}$/.test(value)) return (value.startsWith("0") ? "1" : "0") + value.slice(1);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return new Date(Date.parse(value) + 1_000 * (1 + salt)).toISOString();
  return `${value}x`;
};

/** Words of a fixed list: every other one of the list is tried. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "execution.status": ["RUNNING", "SUCCEEDED", "INCOMPLETE", "ROLLED_BACK", "FAILED", "ABORTED", "LOCKED"],
  "approval.kind": ["approve", "reconcile", "reconcile_undo", "undo_failed", "undo"],
  "approval.status": ["open", "approved", "rejected", "edited", "expired", "voided", "happened", "undone", "accepted"],
  "approval.risk_level": ["LOW", "MEDIUM", "HIGH"],
  "row.status": ["INTENT", "COMMITTED", "REJECTED", "INDETERMINATE"],
  "row.side": ["forward", "compensation"],
};

const replaced = (value: Json, [step, ...rest]: Path, by: Json): Json => {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((each, place) => (place === step ? replaced(each, rest, by) : each));
  if (value === null || typeof value !== "object") return value;
  return { ...value, [step]: replaced(value[step] ?? null, rest, by) };
};

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [another]) => (one < another ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

const nameOf = ({ path }: Leaf): string => path.filter((step) => typeof step === "string").join(".");

const failing = { failure_id: "f1", arguments: null, times: 1, delay_ms: 0, message: "failed on purpose" } as const;

const decide = async (on: Harness, id: string, step: string, decision: object, as = BOB): Promise<void> => {
  const requests = await on.deps.approvals.ofExecution(id);
  const open = requests.find(({ status, step_id }) => status === "open" && step_id === step);
  const body = { digest: open?.digest, comment: "because", ...decision };
  const reply = await on.post(`/approvals/${open?.approval_id}/decision`, body, as);
  if (!reply.ok) throw new Error(await reply.text());
  await on.settle();
};

/** The ends of the executions whose records are changed. */
const STORIES: Readonly<Record<string, (on: Harness) => Promise<string>>> = {
  "was approved and done": async (on) => {
    const id = await submit(on);
    await approveAll(on, id);
    return id;
  },
  "was edited, extended and rejected": async (on) => {
    const id = await submit(on);
    await decide(on, id, "update", { decision: "edit", arguments: { contact_id: "c3", fields: { stage: "lead" } } });
    const [open] = (await on.deps.approvals.ofExecution(id)).filter(({ status }) => status === "open");
    await on.post(`/approvals/${open?.approval_id}/extend`, { seconds: 60, reason: "away" }, CAROL);
    await decide(on, id, "mail", { decision: "reject" });
    await approveAll(on, id);
    return id;
  },
  "failed and was undone": async (on) => {
    await planFailure(on.world, { ...failing, tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
    const steps = somePlan.steps.map((step) =>
      step.step_id === "mail" ? { ...step, depends_on: ["look", "then"] } : step,
    );
    const id = await submit(on, [{ ...somePlan, steps }]);
    await approveAll(on, id);
    return id;
  },
  "was rolled back by hand, and sealed twice": async (on) => {
    const id = await submit(on);
    await approveAll(on, id);
    await rollBack(on, id, 1);
    return id;
  },
  "was aborted": async (on) => {
    const id = await submit(on);
    await on.post(`/executions/${id}/abort`, { reason: "a mistake" }, ALICE);
    await on.settle();
    return id;
  },
};

describe.each(Object.entries(STORIES))("of an execution that %s", (_, story) => {
  let honest: Evidence;
  let lines: Json[];
  let leaves: Leaf[];

  beforeAll(async () => {
    const on = await signedHarness(keys);
    await operatorsAct(on);
    honest = await evidenceOf(on, await story(on), keys);
    lines = honest.record
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    leaves = lines.flatMap((line, place) => leavesOf(line, place));
  });

  /** The verdict with that leaf changed. */
  const verdictWith = (leaf: Leaf, by: Json): string => {
    const changed = lines.map((line, place) => (place === leaf.line ? replaced(line, leaf.path, by) : line));
    const record = changed.map((line) => `${JSON.stringify(sorted(line))}\n`).join("");
    return verifyExecution({ ...honest, record }).verdict;
  };

  const expectTampered = (leaf: Leaf, by: Json): void => {
    const what = `${JSON.stringify(leaf.path)} ${JSON.stringify(leaf.value)} -> ${JSON.stringify(by)}`;
    expect(verdictWith(leaf, by), what).toBe("TAMPERED");
  };

  it("the record is OK as it is, read by this test", () => {
    expect(verifyExecution(honest).verdict).toBe("OK");
    for (const line of lines) expect(recordLine.safeParse(line).success).toBe(true);
  });

  it("an event that nobody signed, behind the seal, is never OK, and excuses no other artifact", () => {
    const serial = lines.flatMap((line) => {
      const read = recordLine.parse(line);
      return read.kind === "event" && read.event.chain === "execution" ? [read.event] : [];
    });
    const body = { reason: "never asked", history: 1 };
    const entry = { type: "abort_requested", at: "2026-03-03T00:00:00.000Z", actor: "eve", body };
    const event = nextLink(honest.execution_id, "execution", serial.at(-1), entry);
    const { record } = withLines(honest, linesOf(honest).toSpliced(-1, 0, { kind: "event", event }));
    expect(verifyExecution({ ...honest, record }).verdict).toBe("INCOMPLETE");
    const forged = textOf(honest, "tool_execution_log.jsonl").replaceAll("agent_1", "agent_9");
    const falsified = withFile({ ...honest, record }, "tool_execution_log.jsonl", forged);
    expect(verifyExecution(falsified).verdict).toBe("TAMPERED");
  });

  it("lines that changed places, came twice or are gone are TAMPERED, each of them, and read by no other check", () => {
    const texts = honest.record.split("\n").slice(0, -1);
    const last = texts.length - 1;
    fc.assert(
      fc.property(fc.nat(last - 1), fc.nat(last - 1), fc.constantFrom("swap", "again", "gone"), (one, other, how) => {
        if (how === "swap" && texts[one] === texts[other]) return;
        const [first = "", second = ""] = [texts[one], texts[other]];
        const changed = {
          swap: texts.with(one, second).with(other, first),
          again: texts.toSpliced(other, 0, first),
          gone: texts.toSpliced(one, 1),
        }[how];
        const report = verifyExecution({ ...honest, record: `${changed.join("\n")}\n` });
        expect(report.verdict).toBe("TAMPERED");
        const [record] = report.checks.filter(({ check }) => check === "record");
        expect(record?.findings.map(({ message }) => message)).toContain(
          "its lines are not those that were given out, in their order",
        );
      }),
      { numRuns: 60 },
    );
  });

  it("any field of any line, changed to another value of its type, is TAMPERED", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), (pick, salt) => {
        const leaf = leaves[pick % leaves.length];
        if (leaf !== undefined) expectTampered(leaf, other(leaf, salt));
      }),
      { numRuns: 60 },
    );
  });

  it("each field that lines have, once, changed to another value of its type, is TAMPERED", () => {
    const byName = new Map(leaves.map((leaf) => [nameOf(leaf), leaf]));
    const own = [...byName].filter(([name]) => /^(execution|approval|row|digest|part|parts|text|kind)/.test(name));
    expect(own.length).toBeGreaterThan(40);
    for (const [name, leaf] of own) {
      for (const by of WORDS[name]?.filter((word) => word !== leaf.value) ?? [other(leaf, 1)]) {
        expectTampered(leaf, by);
      }
    }
  });

  it("a time of any event, changed to a text that is no time, is TAMPERED, and stops no check", () => {
    const times = leaves.filter(
      (leaf) =>
        nameOf(leaf).startsWith("event.") && typeof leaf.value === "string" && /^\d{4}-\d\d-\d\dT/.test(leaf.value),
    );
    expect(times.length).toBeGreaterThan(10);
    for (const leaf of times) expectTampered(leaf, "yesterday");
  });
});
