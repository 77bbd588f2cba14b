import type { Random } from "../random.ts";
import { NOWHERE } from "../service/service.ts";
import type { Sketch, StepSketch } from "./executions.ts";
import { drawTraces } from "./traces.ts";

/** Plans of one kind, drawn anew for each schedule: what those of one shape share is how their steps hang together. */
export type Shape = {
  readonly name: string;
  /** The executions that are submitted; each an execution of its own. */
  readonly draw: (random: Random) => readonly Sketch[];
};

type Steps = readonly StepSketch[];
type Part = Omit<StepSketch, "id" | "after">;

const THINGS = ["a", "b", "c"] as const;

/** Nothing is capped for being many, unless a shape is about that. */
const MANY = { max_live_escalations: 20 } as const;

const REVERSIBLE = ["put_with_key", "put_asked_about", "put_opaque"] as const;
const IRREVERSIBLE = ["make", "send"] as const;
const ANY = [...REVERSIBLE, ...IRREVERSIBLE] as const;
/** More often one that nobody is asked about: what holds it back is order alone. */
const EAGER = ["put_with_key", "put_with_key", ...ANY] as const;

/** Each depends on the one before it. */
export const chained = (parts: readonly Part[]): Steps =>
  parts.map((part, at) => ({ ...part, id: `s${at + 1}`, after: at === 0 ? [] : [`s${at}`] }));

const looks = (count: number): Part[] =>
  Array.from({ length: count }, (_, at) => ({ tool: "look", thing: THINGS[at % THINGS.length] ?? "a" }));

/** The plans of one execution, or each in one of its own. */
const together = (random: Random, name: string, plans: readonly Steps[]): readonly Sketch[] =>
  random.chance(0.5) ? [{ name, plans, config: MANY }] : plans.map((steps) => ({ name, plans: [steps], config: MANY }));

const fanOut = (random: Random): readonly Sketch[] => {
  const middle = Array.from(
    { length: random.between(2, 4) },
    (_, at): StepSketch => ({
      id: `m${at}`,
      tool: random.pick([...ANY, "look"]),
      thing: random.pick(THINGS),
      after: ["s1"],
    }),
  );
  const first: StepSketch = { id: "s1", tool: random.pick(["look", ...ANY]), thing: "a" };
  const last: StepSketch = { id: "s2", tool: random.pick(ANY), thing: "d", after: middle.map(({ id }) => id) };
  return [{ name: "fan-out and join", plans: [[first, ...middle, last]], config: MANY }];
};

const throughRead = (random: Random): readonly Sketch[] => {
  const first = { tool: random.pick(IRREVERSIBLE), thing: "a" };
  const last = { tool: random.pick(ANY), thing: random.pick(["a", "b"]), value: "after" };
  return [{ name: "through a read", plans: [chained([first, ...looks(random.between(1, 2)), last])] }];
};

/** The second plan makes the first one's call again, between two of its own. */
const throughDuplicate = (random: Random): readonly Sketch[] => {
  const mail = { tool: random.pick(["send", "book"]), thing: "c", value: "mail" };
  const first = { tool: random.pick(IRREVERSIBLE), thing: "a" };
  const between = random.chance(0.5) ? looks(1) : [];
  const last = { tool: random.pick(EAGER), thing: random.pick(["a", "a", "b"]), value: "after" };
  return together(random, "through a duplicate", [chained([mail]), chained([first, ...between, mail, last])]);
};

const oppositeOrders = (random: Random): readonly Sketch[] => {
  const tool = random.pick(["put_with_key", "put_asked_about"]);
  const forth = chained(THINGS.map((thing) => ({ tool, thing, value: "forth" })));
  const back = chained([...THINGS].reverse().map((thing) => ({ tool, thing, value: "back" })));
  const both = (thing: string, other: string): Steps => [{ id: "s1", tool: "put_both", thing, other }];
  const plans = random.chance(0.6) ? [forth, back] : [both("a", "b"), both("b", "c"), both("c", "a")];
  return together(random, "opposite orders over three things", plans);
};

/** A, then B; and then something that may be refused, so that both are undone. */
const sameFieldTwice = (random: Random): readonly Sketch[] => {
  const tool = random.pick(REVERSIBLE);
  const twice = ["A", "B"].map((value) => ({ tool, thing: "a", value }));
  const between = random.chance(0.3) ? looks(1) : [];
  return [
    {
      name: "one field twice",
      plans: [chained([...twice, ...between, { tool: "send", thing: random.pick(["b", NOWHERE]) }])],
    },
  ];
};

/** A booking may be undone when the mail after it fails; others have booked the same meanwhile, or book it later. */
export const bookedAndUndone = (random: Random): readonly Sketch[] => {
  const book = { tool: "book", thing: "a", value: "seat" };
  const others = Array.from({ length: random.between(1, 2) }, () =>
    chained([book, { tool: random.pick(["confirm", ...EAGER]), thing: random.pick(["b", "c"]) }]),
  );
  const plans = [chained([book, { tool: "send", thing: random.pick(["d", NOWHERE, NOWHERE]) }]), ...others];
  return together(random, "booked, undone, booked again", plans);
};

/**
 * A mail, and one of another execution that turns out to be the same when that one has been sent, may have been, or is being
 * sent: what it says is told by what was written before it, and something else takes that from it. Not among the shapes below.
 */
export const sameMailKnownLate = (): readonly Sketch[] => [
  { name: "a mail", plans: [[{ id: "s1", tool: "send", thing: "a", value: "mail" }]] },
  {
    name: "the same mail, known late",
    plans: [
      [
        { id: "s1", tool: "put_with_key", thing: "b", value: "mail" },
        { id: "s2", tool: "send", thing: "a", from: "s1" },
        { id: "s3", tool: "put_with_key", thing: "c", from: "s2" },
      ],
    ],
  },
];

/** Several plans of one execution write one thing after each other, some of them by way of a second; some fail after it. */
export const oneThingInTurn = (random: Random): readonly Sketch[] => {
  const lost = { tool: "send", thing: NOWHERE };
  const plans = Array.from({ length: random.between(2, 3) }, (_, at) => {
    const part = (thing: string): Part => ({ tool: random.pick(REVERSIBLE), thing, value: `p${at}` });
    return chained([...(random.chance(0.5) ? [part("b")] : []), part("a"), ...(random.chance(0.3) ? [lost] : [])]);
  });
  return [{ name: "one thing in turn", plans, config: MANY }];
};

/** The first may go no further than its preview, for one of three reasons; a read, and a write that rests on both. */
const cappedFirst = (random: Random): readonly Sketch[] => {
  const why = random.pick(["validation", "budget", "confidence"]);
  const confidence = why === "confidence" ? 0.7 : 0.95;
  const first = { tool: random.pick(ANY), thing: "a", confidence };
  const steps = chained([first, ...looks(1), { tool: random.pick(ANY), thing: random.pick(["a", "b"]) }]);
  const second = chained([{ tool: random.pick(ANY), thing: "a", value: "another" }]);
  return [
    {
      name: "capped before a read before a write",
      plans: [steps, second],
      config: { max_live_escalations: why === "budget" ? 1 : 5 },
      ...(why === "validation" ? { failed: [1] } : {}),
    },
  ];
};

export const SHAPES: readonly Shape[] = [
  { name: "fan-out and join", draw: fanOut },
  {
    name: "ten reads before one write",
    draw: (random) => [
      { name: "ten reads before one write", plans: [chained([...looks(10), { tool: random.pick(ANY), thing: "a" }])] },
    ],
  },
  {
    name: "one tool ten times",
    draw: (random) => {
      const tool = random.pick(["put_with_key", "book", "look"]);
      const steps = Array.from({ length: 10 }, (_, at) => ({ id: `s${at}`, tool, thing: `t${random.below(8)}` }));
      return [{ name: "one tool ten times", plans: [steps], config: MANY }];
    },
  },
  { name: "through a read", draw: throughRead },
  { name: "through a duplicate", draw: throughDuplicate },
  { name: "opposite orders over three things", draw: oppositeOrders },
  { name: "one field twice", draw: sameFieldTwice },
  { name: "booked, undone, booked again", draw: bookedAndUndone },
  { name: "capped before a read before a write", draw: cappedFirst },
  { name: "as real agents plan", draw: drawTraces },
];
