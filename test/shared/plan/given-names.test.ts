import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agentName,
  isAskedFor,
  nameInPath,
  shortName,
  stepId,
  submittedStepId,
} from "../../../shared/plan/given-names.ts";
import { acceptSubmission } from "../../../shared/plan/submission.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { fullPlanOf, registries } from "./registries.ts";

const long = (end: string) => `call_1a2b__thought__${"QUJD/+".repeat(800)}${end}`;

/** As OpenAI's Agents SDK, LangGraph, Gemini behind LiteLLM and hand-made loops write them. */
const WRITTEN = [
  "call_x|fc_y",
  "toolu_01A09q90qw90lq917835lq9",
  "-7f3a",
  "_private",
  "b64id==",
  "ab+cd==",
  "ab/cd==",
  "#1",
  "50%",
  "...",
  "step 1",
  "prüfen",
  "Prüfen",
  "確認",
  long("a"),
  long("b"),
];

const anyName = fc.oneof(
  fc.constantFrom(...WRITTEN),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("a", "A", "#", "/", "|", "=", "~", ".", " ", "é"), minLength: 1, maxLength: 300 }),
  fc.constantFrom(...WRITTEN).map(shortName),
);
const takenName = anyName.filter((name) => submittedStepId.safeParse(name).success);

const faultOf = (name: string): string => submittedStepId.safeParse(name).error?.issues[0]?.message ?? "taken";

describe("an id that a framework made", () => {
  it.each(WRITTEN)("an id that a framework made is taken, and keeps its whole text: %.40s", (id) => {
    const accepted = acceptSubmission(
      fullPlanOf("p", [
        { step_id: id },
        { step_id: "after", depends_on: [id], arguments: { q: { $from: id, path: "/x" } } },
      ]),
      registries(),
    );
    if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
    const [first, second] = accepted.value.plans[0]?.steps ?? [];
    expect(first).toMatchObject({ step_id: shortName(id), source_step_id: id });
    expect(second?.depends_on).toEqual([shortName(id)]);
  });

  it("an id that a framework made stays what it is while it is short and plain", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_|=+-][A-Za-z0-9_.:|=+-]{0,127}$/), (id) => {
        expect(shortName(id)).toBe(id);
      }),
    );
  });

  it("an id that a framework made has a short name that fits keys, lines and addresses, and is its own short name", () => {
    fc.assert(
      fc.property(takenName, (name) => {
        const short = shortName(name);
        expect(stepId.safeParse(short).success).toBe(true);
        expect(Buffer.byteLength(short)).toBeLessThanOrEqual(128);
        expect(shortName(short)).toBe(short);
        expect(new URL(`https://h/steps/${encodeURIComponent(short)}`).pathname.split("/")).toHaveLength(3);
      }),
    );
  });

  it("an id that a framework made is kept apart from every other, or refused beside it with the place of that one", () => {
    fc.assert(
      fc.property(fc.uniqueArray(takenName, { minLength: 2, maxLength: 8 }), (ids) => {
        const plan = fullPlanOf(
          "p",
          ids.map((step_id) => ({ step_id })),
        );
        const accepted = acceptSubmission(plan, registries());
        if (accepted.ok) {
          const own = accepted.value.plans.flatMap(({ steps }) => steps.map(({ step_id }) => step_id));
          expect(new Set(own).size).toBe(ids.length);
        } else
          expect(new Set(accepted.refusal.violations.map(({ rule }) => rule))).toEqual(new Set(["ambiguous_step_id"]));
      }),
    );
  });

  it("an id that a framework made is refused beside the one whose short name it is", () => {
    const plan = fullPlanOf("p", [{ step_id: long("a") }, { step_id: shortName(long("a")) }]);
    const accepted = acceptSubmission(plan, registries());
    expect(accepted.ok ? [] : accepted.refusal.violations).toMatchObject([
      { path: "/steps/1/step_id", rule: "ambiguous_step_id", message: expect.stringContaining("/steps/0/step_id") },
    ]);
  });

  it.each([
    ["", "is empty; give each step an id of its own"],
    [".", "a way up"],
    ["..", "a way up"],
    ["a\u0000b", "U+0000"],
    ["a\nb", "U+000A"],
    ["a\u200bb", "U+200B"],
    ["a\u202eb", "U+202E"],
    ["a\u00a0b", "U+00A0"],
    ["a ", "blank"],
    ["pru\u0308fen", 'send it as "prüfen"'],
    ["x".repeat(8_193), "8192"],
  ])("an id that a framework made is refused in words where nobody could tell it from another: %j", (id, words) => {
    expect(faultOf(id)).toContain(words);
  });
});

describe("an agent's name", () => {
  it.each(["Research Agent", "Prüferin", "リサーチ担当", "assistant/default", "Agent #1", "-", "ghl_agent"])(
    "an agent's name may be %s, and an address finds it",
    (name) => {
      expect(agentName.safeParse(name).success).toBe(true);
      const sent = encodeURIComponent(nameInPath(name));
      expect(isAskedFor(name, decodeURIComponent(sent))).toBe(true);
      // Also where somebody between decodes it: nothing in it divides an address.
      expect(decodeURIComponent(sent)).not.toMatch(/[#/?%\\]/u);
    },
  );

  it("an agent's name stays as it is in addresses where it is an id as releases before took them", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/).filter((name) => identifier.safeParse(name).success),
        (name) => {
          expect(nameInPath(name)).toBe(name);
        },
      ),
    );
  });
});
