import { z } from "zod";
import type { Deps } from "../../functions/deps.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { atMost, type Figure, figureOf } from "../figure.ts";
import { approveRequests, openRequests } from "./approve.ts";
import { untilPublished } from "./ending.ts";
import { memoryStack } from "./memory-stack.ts";
import type { Shape } from "./plans.ts";
import { submit } from "./submit.ts";

const STEPS = 100;
/** Of a LIVE step: a history holds 25,000, so that 2,000 steps fit into one. */
const MOST_EVENTS = 12;

/**
 * Events that Step Functions writes into a history by the type of a state: entered and exited, for a task also
 * scheduled, started and succeeded, with a token also submitted, for a Map also started and succeeded.
 */
const EVENTS: Readonly<Record<string, number>> = { Task: 5, Choice: 2, Pass: 2, Map: 4, Succeed: 2, Fail: 1 };
const EVENTS_OF_A_WAIT = 6;
/** MapIterationStarted and MapIterationSucceeded. */
const EVENTS_OF_AN_ITERATION = 2;
/** ExecutionStarted and ExecutionSucceeded. */
const EVENTS_OF_A_RUN = 2;

/** Every iteration has one of these, after Which rung? */
const RUNGS = ["Mock", "Dry run", "Live", "Roll back"];

const machine = z.object({ States: z.record(z.string(), z.object({ Type: z.string() })) });

/**
 * Events that the tasks that ran come to on Step Functions, of which a history holds 25,000. The local engine writes no
 * such history; the events between the tasks follow from the file.
 */
const eventsOf = async (entered: ReadonlyMap<string, number>): Promise<number> => {
  const { States } = machine.parse(JSON.parse((await readDefinition()).text));
  const of = (name: string): number => entered.get(name) ?? 0;
  const eventsOfType = (type: string): number => EVENTS[type] ?? 0;
  const items = RUNGS.reduce((sum, rung) => sum + of(rung), 0);
  const waits = of("Await approval");
  const asked = of("Next wave");
  // Every question but the last is answered with a wave or a wait.
  const waves = asked - waits - 1;
  const tasks = Object.keys(States).reduce((sum, name) => sum + (States[name]?.Type === "Task" ? of(name) : 0), 0);
  return (
    (tasks - waits) * eventsOfType("Task") +
    waits * EVENTS_OF_A_WAIT +
    asked * eventsOfType("Choice") +
    waves * eventsOfType("Map") +
    items * (EVENTS_OF_AN_ITERATION + eventsOfType("Choice") + eventsOfType("Task")) +
    // How did it end? and Succeeded.
    eventsOfType("Choice") +
    eventsOfType("Succeed") +
    EVENTS_OF_A_RUN
  );
};

const approveAll = async (deps: Deps, execution_id: string): Promise<void> => {
  while ((await deps.waitTokens.get(execution_id)) === undefined) await new Promise(setImmediate);
  await approveRequests(deps, await openRequests(deps, execution_id));
};

/** State transitions and events per step by the mode the steps end in, counted on executions of 100 steps. */
export const history = async (): Promise<Figure[]> => {
  const cases: (readonly [string, Omit<Shape, "name" | "steps">])[] = [
    ["ending in MOCK", { tool: "bench_write", mode: "MOCK" }],
    ["ending in DRY_RUN", { tool: "bench_write", mode: "DRY_RUN" }],
    ["LIVE without approval", { tool: "bench_write" }],
    ["LIVE with approval", { tool: "bench_approved_write" }],
  ];
  const figures: Figure[] = [];
  for (const [words, shape] of cases) {
    let transitions = 0;
    const { deps, workflow } = await memoryStack({
      onEntered: () => {
        transitions += 1;
      },
    });
    const id = await submit(deps, { ...shape, steps: STEPS, name: "history" });
    if (shape.tool === "bench_approved_write") await approveAll(deps, id);
    await untilPublished(deps, [id]);
    await workflow.idle();
    const events = await eventsOf(workflow.transitions);
    figures.push(figureOf(`state transitions per step ${words}, of 100`, transitions / STEPS, "transitions"));
    const ofEvents = figureOf(`history events per step ${words}, of 100`, events / STEPS, "events");
    figures.push(words.startsWith("LIVE") ? atMost(ofEvents, MOST_EVENTS) : ofEvents);
  }
  return figures;
};
