import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { EVERYBODY } from "../names.ts";
import type { Act, Answer } from "../plans/acts.ts";
import type { World } from "../world.ts";
import type { Habits } from "./approvers.ts";
import { actOnEvents } from "./scripted-people.ts";

/** People of whom some are quick, some silent, some of two minds, and two sometimes answer at the same moment. */
export const randomHabits =
  (world: World): Habits =>
  (request) => {
    const { random } = world;
    const word = randomWord(world, request);
    if (word === undefined) return [];
    const after_seconds = random.between(20, random.chance(0.2) ? 1_300 : 90);
    const first: Answer = { by: random.pick(EVERYBODY), word, after_seconds };
    if (!random.chance(0.25)) return [first];
    const other = request.kind === "approve" ? (randomWord(world, request) ?? "reject") : word;
    return [first, { by: random.pick(EVERYBODY), word: other, after_seconds }];
  };

const randomWord = (world: World, request: ApprovalRequest): Answer["word"] | undefined => {
  const { random } = world;
  if (request.kind === "undo_failed") return random.pick(["undone", "accepted"]);
  if (request.kind === "undo") return random.pick(["approve", "reject"]);
  if (request.kind !== "approve") return "look";
  const draw = random.next();
  if (draw < 0.08) return undefined;
  if (draw < 0.16) return "reject";
  return draw < 0.22 ? "edit" : "approve";
};

const SCOPES = (world: World) => [
  { kind: "everything" as const },
  {
    kind: "tool" as const,
    tool_name: world.random.pick(["put_asked_about", "put_with_key", "put_opaque", "make", "send"]),
  },
  { kind: "agent" as const, agent_id: "agent_1" },
  { kind: "execution" as const, execution_id: world.random.pick(world.executions) },
];

/** The moments at which a no that comes just in time matters most: a call is about to be sent. */
const MOMENTS = ["approved", "live_allowed"] as const;

/** In some schedules somebody stops one execution, or everything, at the moment at which a call may begin. */
export const randomMoments = (world: World): void => {
  const { random } = world;
  if (!random.chance(0.1)) return;
  const act: Act = random.chance(0.5)
    ? { kind: "abort", execution_id: random.pick(world.executions) }
    : { kind: "live_off", for_seconds: random.between(1, 400) };
  actOnEvents(world, { [random.pick(MOMENTS)]: act });
};

/** The acts of operators in one schedule, each act with its second. */
export const randomActs = (world: World): { readonly at_seconds: number; readonly act: Act }[] => {
  const { random } = world;
  const execution_id = random.pick(world.executions);
  const possible: readonly (readonly [number, () => Act])[] = [
    [
      0.4,
      () => ({
        kind: "lock",
        scope: random.pick(SCOPES(world)),
        mode: random.pick(["stop_forward", "freeze_all"] as const),
        for_seconds: random.between(1, 400),
      }),
    ],
    [0.12, () => ({ kind: "abort", execution_id })],
    [0.12, () => ({ kind: "live_off", for_seconds: random.between(1, 400) })],
    [0.25, () => ({ kind: "roll_back", execution_id, depth: random.pick([null, 1]) })],
    [0.2, () => ({ kind: "meddle", thing: random.pick(["a", "b", "c"]) })],
    [0.12, () => ({ kind: "restart" })],
    [0.12, () => ({ kind: "take_up" })],
    [0.5, () => ({ kind: "sweep" })],
    [0.5, () => ({ kind: "sweep" })],
  ];
  return possible
    .filter(([probability]) => random.chance(probability))
    .map(([, act]) => ({ at_seconds: random.between(0, random.chance(0.5) ? 120 : 900), act: act() }));
};
