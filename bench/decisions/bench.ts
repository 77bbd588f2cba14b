import { besides, type Figure, figureOf, medianOf, timed } from "../figure.ts";
import { auditedDecider, decide } from "./buddy.ts";
import { evaluatePolicyDecider, factsOf, governedDecider } from "./governance-sdk.ts";
import { generatedCalls } from "./rules.ts";

const CALLS = 2_000;
const ROUNDS = 11;
const SEED = 25;

/**
 * One decision beside `@microsoft/agent-governance-sdk`: 100 rules, the same calls, all four turn by turn in one
 * process. First every decision of the one is compared with the other's.
 * @throws Error where the two decide differently
 */
export const benchDecisions = async (): Promise<Figure[]> => {
  const calls = generatedCalls(CALLS, SEED);
  const facts = calls.map(factsOf);
  const evaluate = evaluatePolicyDecider();
  const decisions = calls.map(decide);
  const agreed = await compare(calls, decisions, facts, evaluate);

  const times = { decide: [] as number[], evaluate: [] as number[], audited: [] as number[], governed: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const audited = auditedDecider();
    const governed = governedDecider();
    const took = {
      decide: await timed(() => calls.map(decide)),
      evaluate: await timed(() => calls.map(evaluate)),
      audited: await timed(() => calls.map(audited)),
      governed: await timed(async () => {
        for (const [place, call] of calls.entries()) {
          await governed(call, facts[place] ?? { permitted: false, confident: false });
        }
      }),
    };
    // The first round only warms up.
    if (round === 0) continue;
    times.decide.push(took.decide);
    times.evaluate.push(took.evaluate);
    times.audited.push(took.audited);
    times.governed.push(took.governed);
  }
  const micro = (values: readonly number[]): number => (medianOf(values) * 1_000) / CALLS;
  return [
    figureOf("decisions that agree with the SDK's, both ways of asking it", agreed, "of 4000"),
    besides(
      figureOf("one decision, beside evaluatePolicy with 100 rules", micro(times.decide), "us"),
      micro(times.evaluate),
    ),
    besides(
      figureOf("one decision with its audit event, beside executeWithGovernance", micro(times.audited), "us"),
      micro(times.governed),
    ),
  ];
};

const compare = async (
  calls: ReturnType<typeof generatedCalls>,
  decisions: readonly string[],
  facts: readonly ReturnType<typeof factsOf>[],
  evaluate: ReturnType<typeof evaluatePolicyDecider>,
): Promise<number> => {
  const governed = governedDecider();
  let agreed = 0;
  for (const [place, call] of calls.entries()) {
    const ours = decisions[place];
    const theirs = [evaluate(call), await governed(call, facts[place] ?? { permitted: false, confident: false })];
    for (const decision of theirs) {
      if (decision === ours) agreed += 1;
      else throw new Error(`${JSON.stringify({ ...call, plan: undefined })}: Buddy says ${ours}, the SDK ${decision}`);
    }
  }
  if (new Set(decisions).size !== 3) throw new Error("the generated calls do not exercise every decision");
  return agreed;
};
