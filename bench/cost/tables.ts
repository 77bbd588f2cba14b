import { atMost, besides, type Figure, figureOf } from "../figure.ts";
import { type Counts, sumOf } from "../stack/counting-table.ts";
import { countExecution, type ExecutionCounts, MODES, type Mode } from "./count-execution.ts";
import { DAY_SECONDS, limitsOf, type PlanUse, yearOf } from "./long-run.ts";
import { ASSUMED_MILLISECONDS, costOf, ITEMS, type PriceTable, readPrices, usageOf } from "./price.ts";

/** One plan, and one execution of several, from which what each further step adds is worked out. */
const STEPS_OF_A_PLAN = 10;
const STEPS_OF_SEVERAL = 60;
const PLANS = 1_000;

type Counted = { readonly plan: ExecutionCounts; readonly several: ExecutionCounts };

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, ["---", ...head.slice(1).map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");
const oneDigit = (value: number): string => value.toFixed(1);
const dollars = (value: number): string => value.toFixed(value < 0.1 ? 3 : 2);

type Row = readonly [string, (counts: ExecutionCounts) => number];
const COUNTS: readonly Row[] = [
  ["state transitions", ({ transitions }) => transitions],
  ["Lambda invocations", ({ invocations }) => Object.values(invocations).reduce((sum, times) => sum + times, 0)],
  ["table writes", ({ table: { writes } }) => writes],
  ["write units", ({ table: { write_units } }) => write_units],
  ["table reads", ({ table: { reads } }) => reads],
  ["read units", ({ table: { read_units } }) => read_units],
  ["S3 puts", ({ objects_put }) => objects_put],
];

const perPlan = (counted: ReadonlyMap<Mode, Counted>): string =>
  table(
    ["one plan of ten steps", ...MODES],
    COUNTS.map(([name, of]) => [
      name,
      ...[...counted.values()].map(({ plan }) => oneDigit(of(plan)).replace(".0", "")),
    ]),
  );

const ofFurtherStep = ({ plan, several }: Counted, of: Row[1]): number =>
  (of(several) - of(plan)) / (STEPS_OF_SEVERAL - STEPS_OF_A_PLAN);

const perStep = (counted: ReadonlyMap<Mode, Counted>): string =>
  table(
    ["each further step", ...MODES],
    COUNTS.map(([name, of]) => [name, ...[...counted.values()].map((each) => oneDigit(ofFurtherStep(each, of)))]),
  );

const NOTHING = sumOf([]);

/** Writes and reads of one further step by the rows they go to, in the mode that has most. */
const perRow = (counted: Counted): string => {
  const more = (family: string, of: (counts: Counts) => number): number =>
    ofFurtherStep(counted, ({ families }) => of(families.get(family) ?? NOTHING));
  const rows = [...counted.several.families.keys()]
    .map((family) => ({
      family,
      writes: more(family, ({ writes }) => writes),
      units: more(family, ({ write_units }) => write_units),
      reads: more(family, ({ read_units }) => read_units),
    }))
    .filter(({ units, reads }) => units >= 0.05 || reads >= 0.05)
    .sort((one, other) => other.units - one.units);
  return table(
    ["rows that begin with", "writes", "write units", "read units"],
    rows.map(({ family, writes, units, reads }) => [
      `\`${family}#\``,
      oneDigit(writes),
      oneDigit(units),
      oneDigit(reads),
    ]),
  );
};

/** Executions that ended in the hours before. */
const BEFORE = [0, 100, 1_000] as const;

const byHistory = async ({ aggregate }: ExecutionCounts): Promise<string> => {
  const rows: string[][] = [];
  for (const before of BEFORE) {
    const { table: all, families } = await countExecution("LIVE", STEPS_OF_A_PLAN, Array(before).fill(aggregate));
    const aggregates = families.get("TALLY") ?? NOTHING;
    rows.push([thousands(before), thousands(all.read_units), thousands(aggregates.read_units)]);
  }
  return table(["executions ended within a day", "read units of a LIVE plan", "of them `TALLY#`"], rows);
};

const perThousandPlans = (counted: ReadonlyMap<Mode, Counted>, prices: PriceTable): string => {
  const usages = [...counted.values()].map(({ plan }) => usageOf(plan));
  const costs = usages.map((usage) => costOf(usage, prices));
  const total = costs.map((cost) => Object.values(cost).reduce((sum, each) => sum + each, 0));
  const rows = ITEMS.map(([item, name]) => [
    name,
    ...usages.map((usage, place) => {
      const used = usage[item] * PLANS;
      return used === 0 ? "-" : `${thousands(used)}: $${dollars((costs[place]?.[item] ?? 0) * PLANS)}`;
    }),
  ]);
  return table(
    ["1,000 plans of ten steps", ...MODES],
    [...rows, ["**together**", ...total.map((sum) => `**$${(sum * PLANS).toFixed(2)}**`)]],
  );
};

/** Keys and marks of a row beside its record. */
const ROW_BYTES = 100;

const useOf = (counts: ExecutionCounts, prices: PriceTable): PlanUse => ({
  transitions: counts.transitions,
  functions: Object.values(counts.invocations).reduce((sum, times) => sum + times, 0),
  write_units: counts.table.write_units,
  stored_bytes: counts.stored_bytes,
  aggregate_bytes: Buffer.byteLength(JSON.stringify(counts.aggregate)) + ROW_BYTES,
  usd: Object.values(costOf(usageOf(counts), prices)).reduce((sum, each) => sum + each, 0),
  usd_of_a_read_unit: prices.prices.table_read_unit.usd / prices.prices.table_read_unit.per,
});

const PLANS_A_DAY = [1_000, 10_000, 50_000, 500_000];

const perYear = (use: PlanUse): string =>
  table(
    [
      "plans a day",
      "a second",
      "state transitions a second",
      "read units of each for the rows of others",
      "table after a year",
      "a month",
    ],
    PLANS_A_DAY.map((plans) => {
      const year = yearOf(use, plans);
      return [
        thousands(plans),
        year.plans_a_second.toFixed(2),
        oneDigit(year.transitions_a_second),
        thousands(year.aggregate_units),
        `${thousands(year.stored_gib_after_a_year)} GiB`,
        `$${thousands(year.usd_a_month)}`,
      ];
    }),
  );

const perLimit = (use: PlanUse): string =>
  table(
    ["limit", "plans a second", "plans a day", "because", "more of it"],
    limitsOf(use, ASSUMED_MILLISECONDS / 1_000).map(({ name, plans_a_second, because, raised }) => [
      name,
      plans_a_second.toFixed(plans_a_second < 10 ? 2 : 0),
      thousands(Math.round((plans_a_second * DAY_SECONDS) / 1_000) * 1_000),
      because,
      raised,
    ]),
  );

const countAll = async (): Promise<ReadonlyMap<Mode, Counted>> => {
  const counted = new Map<Mode, Counted>();
  for (const mode of MODES) {
    const plan = await countExecution(mode, STEPS_OF_A_PLAN);
    counted.set(mode, { plan, several: await countExecution(mode, STEPS_OF_SEVERAL) });
  }
  return counted;
};

/** Goals for an approved LIVE step, and for a plan of ten. */
const MOST_OF_A_STEP: Readonly<Record<string, number>> = { "state transitions": 3.5, "table writes": 16 };
const MOST_TRANSITIONS = 50;
const MOST_USD = 1.9;
const MOST_TIMES_THE_READS = 1.3;

/** The requests of each further step to every service, by the mode it ends in, and what a plan of ten comes to. */
export const countsPerStep = async (): Promise<Figure[]> => {
  const counted = await countAll();
  const steps = [...counted].flatMap(([mode, each]) =>
    COUNTS.map(([name, of]) => {
      const figure = figureOf(`${name} of each further step, ${mode}`, ofFurtherStep(each, of), name);
      const most = mode === "LIVE, approved" ? MOST_OF_A_STEP[name] : undefined;
      return most === undefined ? figure : atMost(figure, most);
    }),
  );
  return [...steps, ...(await ofPlans(counted))];
};

const ofPlans = async (counted: ReadonlyMap<Mode, Counted>): Promise<Figure[]> => {
  const [approved, live] = [counted.get("LIVE, approved")?.plan, counted.get("LIVE")?.plan];
  if (approved === undefined || live === undefined) throw new Error("nothing approved was counted");
  const before = Array(1_000).fill(live.aggregate);
  const [alone, after] = [live, await countExecution("LIVE", STEPS_OF_A_PLAN, before)].map(
    ({ table: { read_units } }) => read_units,
  );
  const { usd } = useOf(approved, await readPrices());
  const reads = figureOf(
    "read units of a plan of ten, LIVE, after 1,000 within a day",
    after ?? Number.NaN,
    "read units",
  );
  return [
    atMost(
      figureOf("state transitions of a plan of ten, LIVE, approved", approved.transitions, "state transitions"),
      MOST_TRANSITIONS,
    ),
    besides(atMost(reads, Math.floor(MOST_TIMES_THE_READS * (alone ?? 0))), alone ?? Number.NaN),
    atMost(figureOf("price of 1,000 plans of ten, LIVE, approved", PLANS * usd, "USD"), MOST_USD),
  ];
};

/** The tables of docs/scaling.md, from executions that are run and counted for them. */
export const costTables = async (): Promise<string> => {
  const counted = await countAll();
  const prices = await readPrices();
  const approved = counted.get("LIVE, approved");
  const live = counted.get("LIVE");
  if (approved === undefined || live === undefined) throw new Error("nothing approved was counted");
  const use = useOf(approved.plan, prices);
  return `### What a plan asks for

${perPlan(counted)}

${perStep(counted)}

### Where an approved LIVE step reads and writes

Each further one, by kind of row:

${perRow(approved)}

### What a plan reads when others have ended before it

${await byHistory(live.plan)}

### What 1,000 plans cost

Prices of ${prices.region} of ${prices.date}; [\`bench/cost/prices.json\`](../bench/cost/prices.json) names the page of each.
${prices.note}.
Functions are taken to run for ${ASSUMED_MILLISECONDS} ms each time, also those that take a batch.

${perThousandPlans(counted, prices)}

### Day after day

Approved LIVE plans of ten steps, as many every day, spread evenly; a peak of three times the average takes a third of the
plans a second below. An approved plan leaves ${thousands(use.stored_bytes / 1_024)} KiB in the table, the index included, which keeps it.
Storage is not in the price; the reads of others' rows are.

${perYear(use)}

The limits in their order: a deployment comes to the first line first, and to the next where that one is lifted
(\`bench/cost/long-run.ts\`).

${perLimit(use)}`;
};
