import {
  EXECUTION_STATES,
  type ExecutionState,
  INITIAL,
  type Phase,
  type StepEventName,
  TRANSITIONS,
} from "../../shared/execution/record/states.ts";

/** One arrow: an event takes a step from one position to another. */
export type Arrow = {
  readonly event: StepEventName;
  readonly from: Place;
  readonly to: Place;
};
export type Place = { readonly state: ExecutionState; readonly phase: Phase };

const isEvent = (name: string): name is StepEventName => name in TRANSITIONS;

/** Every arrow of the transition table, in its order; an event that may happen in three states is three arrows. */
export const arrows = (): Arrow[] =>
  Object.keys(TRANSITIONS)
    .filter(isEvent)
    .flatMap((event) => {
      const { from, phase, to, toPhase } = TRANSITIONS[event];
      return from.map((state) => ({
        event,
        from: { state, phase },
        to: { state: to === "same" ? state : to, phase: toPhase },
      }));
    });

/** ABORTED is one place: nothing leads out of it. */
const nameOf = ({ state, phase }: Place): string =>
  phase === "open" || state === "ABORTED" ? state : `${state}_${phase}`;

const labelOf = ({ state, phase }: Place): string => `${state}, ${phase.replaceAll("_", " ")}`;

/** The table as a Mermaid state diagram: a node per position, one arrow per pair of positions with all its events. */
export const drawLadder = (): string => {
  const all = arrows();
  const places = new Map(all.flatMap(({ from, to }) => [from, to]).map((place) => [nameOf(place), place]));
  const order = (place: Place): number => EXECUTION_STATES.indexOf(place.state);
  const aliases = [...places]
    .filter(([name, place]) => name !== place.state)
    .toSorted(([, one], [, other]) => order(one) - order(other))
    .map(([name, place]) => `    state "${labelOf(place)}" as ${name}`);
  const events = new Map<string, string[]>();
  for (const { event, from, to } of all) {
    const pair = `${nameOf(from)} --> ${nameOf(to)}`;
    events.set(pair, [...(events.get(pair) ?? []), event]);
  }
  const lines = [...events].map(([pair, names]) => `    ${pair}: ${names.join(", ")}`);
  const ends = [...places].filter(([, { phase }]) => phase === "finished").map(([name]) => `    ${name} --> [*]`);
  return ["stateDiagram-v2", ...aliases, `    [*] --> ${nameOf(INITIAL)}`, ...lines, ...ends].join("\n");
};

/** The table as a Markdown table, a row per event. */
export const tabulateLadder = (): string => {
  const rows = Object.keys(TRANSITIONS)
    .filter(isEvent)
    .map((event) => {
      const { from, phase, to, toPhase, trigger, when } = TRANSITIONS[event];
      const source = `${from.join(", ")}${phase === "open" ? "" : ` (${phase})`}`;
      const target = `${to === "same" ? "stays" : to}${toPhase === "open" ? "" : ` (${toPhase})`}`;
      return `| ${event} | ${source} | ${target} | ${trigger} | ${when} |`;
    });
  return ["| event | from | to | trigger | when |", "|---|---|---|---|---|", ...rows].join("\n");
};
