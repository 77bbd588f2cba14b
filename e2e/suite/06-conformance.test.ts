import pMap from "p-map";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contractReply } from "../../functions/api/schemas.ts";
import { EXECUTION_STATES } from "../../shared/execution/record/states.ts";
import { readDeployment } from "../client/deployment.ts";
import { accountOf } from "../conformance/account.ts";
import { deployedEngine, type Engine, localEngine } from "../conformance/engine.ts";
import { performExamples, prepareExamples } from "../conformance/examples.ts";
import { OPAQUE_TOOL, STORIES, type Story } from "../conformance/stories.ts";

const TOLD: readonly Story[] = [["the example plans, decided as the examples say", performExamples], ...STORIES];

/** Stories share no record and no request, so some are told at once: people take longer to decide than engines. */
const AT_ONCE = 4;

/** A story as an engine told it. */
const outcomeOf = async (engine: Engine, id: string) => {
  const { alice } = engine.people;
  const { status, history, manifests, steps } = await alice.execution(id);
  const ends = steps.map(({ plan_id, step_id, state, ending }) => `${plan_id}/${step_id} ${state} ${ending}`);
  const events = accountOf(await alice.events(id), { execution: id, names: engine.names });
  return { status, history, manifests, ends: ends.toSorted(), events };
};
type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

const tell = async (engine: Engine): Promise<ReadonlyMap<string, Outcome | Error>> => {
  await prepareExamples(engine.people);
  await engine.people.alice.ask(contractReply, "PUT", `/contracts/${OPAQUE_TOOL.tool_name}`, OPAQUE_TOOL);
  const told = async ([name, perform]: Story): Promise<readonly [string, Outcome | Error]> => [
    name,
    // A story that cannot be told to its end fails its own test, and no other.
    await perform(engine).then(
      (id) => outcomeOf(engine, id),
      (error: unknown) => new Error(`${name}: ${String(error)}`, { cause: error }),
    ),
  ];
  const outcomes = await pMap(TOLD, told, { concurrency: AT_ONCE });
  return new Map(outcomes);
};

describe("one state machine on two engines", () => {
  const engines: Engine[] = [];
  let local: ReadonlyMap<string, Outcome | Error>;
  let deployed: ReadonlyMap<string, Outcome | Error>;

  beforeAll(async () => {
    const both = [await localEngine(), await deployedEngine(readDeployment())] as const;
    engines.push(...both);
    [local, deployed] = await Promise.all([tell(both[0]), tell(both[1])]);
  }, 400_000);

  afterAll(() => pMap(engines, (engine) => engine.stop()));

  const toldBy = (all: ReadonlyMap<string, Outcome | Error>, name: string): Outcome => {
    const outcome = all.get(name);
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error(`nobody told of ${name}`);
    return outcome;
  };

  it.each(TOLD.map(([name]) => name))(
    "the state machine takes every step of %s along the same way on both engines, event for event",
    (name) => {
      const expected = toldBy(local, name);
      expect(Object.keys(expected.events)).toHaveLength(expected.ends.length);
      expect(toldBy(deployed, name)).toEqual(expected);
    },
  );

  it("the plays of both engines tell of every end, every state and a second history", () => {
    const all = TOLD.map(([name]) => toldBy(local, name));
    const ends = ["SUCCEEDED", "INCOMPLETE", "ROLLED_BACK", "FAILED", "ABORTED"];
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(ends));
    const reached = all.flatMap(({ events }) => Object.values(events).flat());
    for (const to of EXECUTION_STATES) {
      expect(reached, to).toContainEqual(expect.objectContaining({ body: expect.objectContaining({ to }) }));
    }
    expect(all.filter(({ history }) => history > 1).length).toBeGreaterThanOrEqual(2);
  });
});
