/** The demands of one plan on everything that has a limit or adds up. */
export type PlanUse = {
  readonly transitions: number;
  readonly functions: number;
  readonly write_units: number;
  readonly stored_bytes: number;
  /** One row of the month's aggregates. */
  readonly aggregate_bytes: number;
  /** US dollars, where nothing has ended before it. */
  readonly usd: number;
  readonly usd_of_a_read_unit: number;
};

export type Limit = {
  readonly name: string;
  /** How many plans a second it carries. */
  readonly plans_a_second: number;
  /** The arithmetic, in numbers. */
  readonly because: string;
  /** The way to have more of it, and what that gives. */
  readonly raised: string;
};

export const DAY_SECONDS = 86_400;
const GIB = 2 ** 30;

/** Quotas of AWS as documented for the large regions; docs/scaling.md names them. */
const TRANSITIONS_A_SECOND = 1_500;
const FUNCTIONS_AT_ONCE = 1_000;
const TABLE_WRITE_UNITS_A_SECOND = 40_000;
const PARTITION_WRITE_UNITS_A_SECOND = 1_000;
const PARTITION_READ_UNITS_A_SECOND = 3_000;

/** An execution writes its running record so often that the index takes so many units (docs/scaling.md, Partitions). */
const RUNNING_INDEX_UNITS = 8;

/** Rows of the last so many minutes are read one by one: the oldest hour, and what is not added up yet. */
const MINUTES_BY_ROW = 110;
/** Resolve conflicts, Feedback, Health and Artifacts. */
const READS_OF_AGGREGATES = 4;
const READ_UNIT_BYTES = 4_096;

/** Read units that a plan spends on the rows of others, per plan a second. */
export const aggregateUnits = ({ aggregate_bytes }: Pick<PlanUse, "aggregate_bytes">): number =>
  (MINUTES_BY_ROW * 60 * READS_OF_AGGREGATES * aggregate_bytes) / READ_UNIT_BYTES;

const number = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: value < 100 ? 2 : 4 });

/** Every limit of a deployment that grows with its plans, the one that binds first at the head. */
export const limitsOf = (use: PlanUse, function_seconds: number): Limit[] => {
  const seconds = use.functions * function_seconds;
  const of_others = aggregateUnits(use);
  const limits: Limit[] = [
    {
      name: "reads of the month's aggregates, one partition",
      plans_a_second: Math.sqrt(PARTITION_READ_UNITS_A_SECOND / of_others),
      because: `p plans a second read ${number(of_others)} x p units each: p = √(${number(PARTITION_READ_UNITS_A_SECOND)} / ${number(of_others)})`,
      raised: "no quota: sums of shorter spans than an hour; half the minutes read by row carry 1.4 times the plans",
    },
    {
      name: "state transitions",
      plans_a_second: TRANSITIONS_A_SECOND / use.transitions,
      because: `${number(TRANSITIONS_A_SECOND)} / ${number(use.transitions)}`,
      raised: "on request: twice the quota, twice the plans, until the next line",
    },
    {
      name: "write units of the table",
      plans_a_second: TABLE_WRITE_UNITS_A_SECOND / use.write_units,
      because: `${number(TABLE_WRITE_UNITS_A_SECOND)} / ${number(use.write_units)}`,
      raised: "on request",
    },
    {
      name: "the index of running executions, one partition",
      plans_a_second: PARTITION_WRITE_UNITS_A_SECOND / RUNNING_INDEX_UNITS,
      because: `${number(PARTITION_WRITE_UNITS_A_SECOND)} / ${RUNNING_INDEX_UNITS}`,
      raised: "no quota: shards of the index",
    },
    {
      name: "functions at once",
      plans_a_second: FUNCTIONS_AT_ONCE / seconds,
      because: `${number(FUNCTIONS_AT_ONCE)} / (${number(use.functions)} x ${number(function_seconds)} s)`,
      raised: "on request",
    },
  ];
  return limits.sort((one, other) => one.plans_a_second - other.plans_a_second);
};

export type Year = {
  readonly plans_a_second: number;
  readonly transitions_a_second: number;
  /** Of one plan, for the rows of others. */
  readonly aggregate_units: number;
  readonly stored_gib_after_a_year: number;
  readonly usd_a_month: number;
};

/** So many plans every day, evenly: what a deployment does, and holds after a year. */
export const yearOf = (use: PlanUse, plans_a_day: number): Year => {
  const plans_a_second = plans_a_day / DAY_SECONDS;
  const aggregate_units = plans_a_second * aggregateUnits(use);
  return {
    plans_a_second,
    transitions_a_second: plans_a_second * use.transitions,
    aggregate_units,
    stored_gib_after_a_year: (plans_a_day * 365 * use.stored_bytes) / GIB,
    usd_a_month: plans_a_day * 30 * (use.usd + aggregate_units * use.usd_of_a_read_unit),
  };
};
