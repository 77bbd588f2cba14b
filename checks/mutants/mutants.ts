import * as conditions from "../../functions/adapters/table/conditions.ts";
import { TRANSITIONS } from "../../shared/execution/record/states.ts";

/** One thing that is taken out of the source, so that some test must fail. */
export type Mutant = {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** The source without it. @throws Error when the source does not look as expected, rather than change nothing */
  readonly apply: (source: string) => string;
  /** Tests that ought to notice, quickest first. */
  readonly tests: readonly string[];
};

const CONDITIONS = "functions/adapters/table/conditions.ts";
const STATES = "shared/execution/record/states.ts";

/** Not conditions of a write: how conditions are joined, and taken apart. */
const JOINTS: ReadonlySet<string> = new Set(["allOf", "partsOf"]);

const replacedIn = (source: string, found: string | RegExp, by: string): string => {
  const changed = source.replace(found, () => by);
  if (changed === source) throw new Error(`${String(found)} is not in the source`);
  return changed;
};

/** An item is there or it is not. */
const ALWAYS = '{ is: "or", of: [{ is: "absent", attribute: "pk" }, { is: "present", attribute: "pk" }] }';

const conditionMutant = ([name, condition]: [string, unknown]): Mutant => ({
  name: `condition ${name}`,
  file: CONDITIONS,
  apply: (source) =>
    replacedIn(
      source,
      new RegExp(`export const ${name}\\b[^;]*;`),
      typeof condition === "function"
        ? `export const ${name} = (..._: readonly unknown[]): Condition => (${ALWAYS});`
        : `export const ${name}: Condition = ${ALWAYS};`,
    ),
  tests: ["test/ports/memory.test.ts", "test/functions/adapters/races.test.ts", "test/simulation/schedules.test.ts"],
});

/** Every check that `after` makes of a row: the state it stands in, and the phase. */
const CHECKS = [
  ["from", "!row.from.includes(position.state)"],
  ["phase", "row.phase !== position.phase"],
] as const;

const rowMutants = (event: string): Mutant[] =>
  CHECKS.map(([check, code]) => ({
    name: `row ${event}: ${check}`,
    file: STATES,
    apply: (source) => replacedIn(source, code, `(event !== ${JSON.stringify(event)} && ${code})`),
    tests: ["test/shared/execution/record/states.test.ts", "test/docs/state-machine.test.ts"],
  }));

export const MUTANTS: readonly Mutant[] = [
  ...Object.entries(conditions)
    .filter(([name]) => !JOINTS.has(name))
    .map(conditionMutant),
  ...Object.keys(TRANSITIONS).flatMap(rowMutants),
];
