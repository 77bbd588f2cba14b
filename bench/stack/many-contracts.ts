import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { atMost, besides, type Figure, figureOf, medianOf, timed } from "../figure.ts";
import { untilPublished } from "./ending.ts";
import { withStack } from "./on-disk.ts";
import { mustHaveEnded, submit } from "./submit.ts";

type Deps = Parameters<Parameters<typeof withStack>[0]>[0]["deps"];

const MANY = 1_500;
const EXECUTIONS = 10;
const STEPS = 5;
const ROUNDS = 10;
const MOST_TIMES = 1.3;

/** Twenty fields with a description each: some 3 KiB, as an import writes them. */
const contractOf = (number: number): ToolContract => {
  const field = { type: "string", maxLength: 200, description: "x".repeat(80) };
  const defined = defineContract(
    {
      tool_name: `bench_other_${number}`,
      description: "One of many that nobody calls here",
      risk_level: "HIGH",
      reversible: false,
      requires_approval: true,
      approvals_required: 1,
      timeout_seconds: 30,
      outcome_resolution: "OPAQUE",
      input_schema: {
        type: "object",
        properties: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`field_${number}_${at}`, field])),
        additionalProperties: false,
      },
      resources: [{ key: `other:{field_${number}_0}`, access: "write" }],
    },
    1,
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

/** The same plans, ten at once, from submission to published artifacts. */
const round = async (deps: Deps, name: string): Promise<{ readonly took: number; readonly busy: number }> => {
  const before = process.cpuUsage();
  const took = await timed(async () => {
    const ids = await Promise.all(
      Array.from({ length: EXECUTIONS }, (_, number) =>
        submit(deps, { tool: "bench_write", steps: STEPS, name: `${name}-${number}` }),
      ),
    );
    await untilPublished(deps, ids);
    for (const id of ids) await mustHaveEnded(deps, id);
  });
  const { user, system } = process.cpuUsage(before);
  return { took, busy: (user + system) / 1_000 };
};

/** How long plans take where 1,500 contracts are registered, beside the same plans where the standard ones are, in turns. */
export const manyContracts = (): Promise<Figure[]> =>
  withStack(({ deps: few }) =>
    withStack(async ({ deps: many }) => {
      const known = new Set((await many.contracts.all()).map(({ tool_name }) => tool_name));
      for (let number = known.size; number < MANY; number += 1) await many.contracts.put(contractOf(number));
      const rounds = [];
      for (let number = 0; number <= ROUNDS; number += 1) {
        const first = number % 2 === 0 ? few : many;
        const taken = new Map([[first, await round(first, `first-${number}`)]]);
        const second = first === few ? many : few;
        taken.set(second, await round(second, `second-${number}`));
        rounds.push(taken);
      }
      // The first warms both up.
      const measured = rounds.slice(1);
      const figures = (["took", "busy"] as const).map((kind) => {
        const fewer = medianOf(measured.map((taken) => taken.get(few)?.[kind] ?? Number.NaN));
        const more = medianOf(measured.map((taken) => taken.get(many)?.[kind] ?? Number.NaN));
        const words = kind === "took" ? "" : ", processor";
        return {
          times: more / fewer,
          words,
          figure: besides(figureOf(`ten plans at once with ${MANY} contracts${words}`, more, "ms"), fewer),
        };
      });
      return figures.flatMap(({ figure, times, words }) => [
        figure,
        atMost(figureOf(`the same beside ${known.size} contracts${words}`, times, "times"), MOST_TIMES),
      ]);
    }),
  );
