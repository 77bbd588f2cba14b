import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { generatedDocuments, outdatedDocuments } from "../../checks/documents/generated.ts";
import { arrows } from "../../checks/documents/ladder.ts";
import { stateMachineDocument } from "../../checks/documents/state-machine.ts";
import { parseMachine, stepsOf } from "../../checks/documents/workflow.ts";
import { passAnswer } from "../../functions/execution/pass/pass-answer.ts";
import { after, EXECUTION_STATES, TRANSITIONS } from "../../shared/execution/record/states.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const document = await read("docs/state-machine.md");
const asl = await read("infra/workflow/orchestration.asl.json");
const machine = parseMachine(asl);
const [ladder = "", workflow = ""] = document
  .split("```mermaid\n")
  .slice(1)
  .map((rest) => rest.split("```")[0] ?? "");

test("writing the documents again gives the same text", async () => {
  expect(generatedDocuments.length).toBeGreaterThan(0);
  expect(await outdatedDocuments()).toEqual([]);
  expect(stateMachineDocument(asl)).toBe(document);
});

describe("the drawing of the ladder", () => {
  const drawn = ladder
    .split("\n")
    .flatMap((line) => {
      const [, from = "", to = "", events = ""] = /^ {4}(\w+) --> (\w+): (.+)$/.exec(line) ?? [];
      return events === "" ? [] : events.split(", ").map((event) => `${event}: ${from} -> ${to}`);
    })
    .sort();
  const place = (state: string, phase: string): string =>
    phase === "open" || state === "ABORTED" ? state : `${state}_${phase}`;

  test("the drawing of the ladder has an arrow for every event in every state that the rules allow, and no other", () => {
    const allowed = Object.keys(TRANSITIONS).flatMap((event) =>
      arrows()
        .filter((arrow) => arrow.event === event)
        .map(({ from, to }) => `${event}: ${place(from.state, from.phase)} -> ${place(to.state, to.phase)}`),
    );
    expect(drawn).toEqual(allowed.sort());
    for (const { event, from, to } of arrows()) expect(after(from, event)).toEqual(to);
  });

  test("the drawing of the ladder shows every state", () => {
    for (const state of EXECUTION_STATES) expect(ladder).toMatch(new RegExp(`\\b${state}\\b`));
  });
});

test("the table in words has a row for every event", () => {
  const rows = [...document.matchAll(/^\| (\w+) \| .* \| (\w+) \| (.*) \|$/gm)].map(([, event, trigger, when]) => ({
    event,
    trigger,
    when,
  }));
  for (const [event, { trigger, when }] of Object.entries(TRANSITIONS))
    expect(rows).toContainEqual({ event, trigger, when });
});

describe("the drawing of the workflow", () => {
  const names = new Map([...workflow.matchAll(/(s[\d_]+)(?:\[|\{|\(\[)"([^":]+)/g)].map(([, id, name]) => [id, name]));
  const drawn = [...workflow.matchAll(/(s[\d_]+) (?:-->|-\.->)(?:\|[^|]+\|)? (s[\d_]+)/g)]
    .map(([, from, to]) => `${names.get(from)} -> ${names.get(to)}`)
    .sort();

  test("the drawing of the workflow has every way of the file, inside and outside the wave, and no other", () => {
    const wave = machine.States["Run wave"]?.ItemProcessor?.States ?? {};
    const inFile = [...stepsOf(machine.States), ...stepsOf(wave)].map(({ from, to }) => `${from} -> ${to}`).sort();
    expect(inFile.length).toBeGreaterThan(30);
    expect(drawn).toEqual(inFile);
  });
});

describe("the file and the rules agree", () => {
  const choices = (states: typeof machine.States, name: string): unknown[] =>
    (states[name]?.Choices ?? []).map(({ StringEquals }) => StringEquals);
  const wave = machine.States["Run wave"]?.ItemProcessor?.States ?? {};

  test("every rung of the file is a state of the ladder that an event leads to", () => {
    const reached = new Set<unknown>(["MOCK", ...arrows().map(({ to }) => to.state)]);
    const rungs = choices(wave, "Which rung?");
    expect(rungs).toEqual(["MOCK", "DRY_RUN", "LIVE", "ROLLBACK"]);
    for (const rung of rungs) expect(reached).toContain(rung);
  });

  test("the file knows every decision of Next wave; DONE is what remains", () => {
    expect([...choices(machine.States, "What next?"), "DONE"].sort()).toEqual(
      [...passAnswer.shape.decision.options].sort(),
    );
  });

  test("what acts on the real world is never tried again by the engine once it may have begun", () => {
    for (const rung of [wave.Live, wave["Roll back"]]) {
      expect(rung?.Retry?.map(({ ErrorEquals }) => ErrorEquals)).toEqual([["Lambda.TooManyRequestsException"]]);
    }
  });
});
