import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ApprovalView, agentReply, contractList, contractReply, liveReply } from "../../functions/api/schemas.ts";
import { planFailure } from "../../functions/tools/failure-plan.ts";
import { REFUSED_CLICK } from "../../local/refused-click.ts";
import type { Engine, People } from "./engine.ts";

const example = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"));

/** Steps of 55 s at most cannot be sure to end within it either, and a slow machine has more time for the first of them. */
const LONGER_DEADLINE_SECONDS = 54;
const plan = z.looseObject({ deadline_seconds: z.number().optional() });
const plans = z
  .object({ plans: z.array(plan) })
  .parse(example("plans"))
  .plans.map((each) =>
    each.deadline_seconds === undefined ? each : { ...each, deadline_seconds: LONGER_DEADLINE_SECONDS },
  );
const { validations } = z.object({ validations: z.array(z.unknown()) }).parse(example("validations"));
const { agents } = z.object({ agents: z.array(z.looseObject({ agent_id: z.string() })) }).parse(example("agents"));
const { contracts } = z
  .object({ contracts: z.array(z.looseObject({ tool_name: z.string() })) })
  .parse(example("contracts"));

const rule = z.object({
  plan: z.string(),
  step: z.string().optional(),
  by: z.string().optional(),
  decision: z.enum(["approve", "edit", "reject", "let_expire"]),
  arguments: z.record(z.string(), z.unknown()).optional(),
  comment: z.string().optional(),
});
type Rule = z.infer<typeof rule>;
const { decisions } = z.object({ decisions: z.array(rule) }).parse(example("decisions"));

/** Long enough for everybody to decide on a slow machine; what nobody decides is over then. */
const APPROVAL_SECONDS = 45;

/**
 * Gives every tool that only reads the five seconds that it may have at most: a slow machine must not decide what is
 * compared here.
 */
const patient = async ({ alice }: People): Promise<void> => {
  const known = await alice.ask(contractList, "GET", "/contracts");
  for (const contract of [...known.contracts, ...contracts]) {
    if (contract.risk_level !== "LOW") continue;
    const slow = { ...contract, timeout_seconds: 5 };
    await alice.ask(contractReply, "PUT", `/contracts/${contract.tool_name}`, slow);
  }
};

/** Registers whom and what the examples name, and turns LIVE on. */
export const prepareExamples = async (people: People): Promise<void> => {
  for (const each of agents) await people.alice.ask(agentReply, "PUT", `/agents/${each.agent_id}`, each);
  await patient(people);
  await people.alice.ask(liveReply, "PUT", "/system/live", { enabled: true });
};

/**
 * Runs the example plans to their end: every conflict there is, an edit, a rejection, an expiry, a call that is
 * refused and a roll back. Requests are decided as examples/decisions.json says. @returns the execution's id
 */
export const performExamples = async ({ people, world }: Engine): Promise<string> => {
  await planFailure(world, REFUSED_CLICK);
  const id = await people.alice.submit(plans, { approval_timeout_seconds: APPROVAL_SECONDS }, { validations });
  const open = [...decisions];
  const decided = new Set<string>();
  for (let waited = 0; waited < 400; waited += 1) {
    if ((await people.alice.execution(id)).status !== "RUNNING") return id;
    for (const request of await people.alice.openRequests(id)) {
      if (decided.has(request.approval_id)) continue;
      decided.add(request.approval_id);
      await decide(people, request, takeRule(open, request));
    }
    await sleep(500);
  }
  throw new Error(`the examples of ${id} did not end`);
};

/** The first rule for a step; it is used up where a later one decides what is asked then. */
const takeRule = (open: Rule[], { plan_id, step_id }: ApprovalView): Rule => {
  const decides = ({ plan, step }: Rule): boolean =>
    // A step whose id occurs in two plans has its plan's before it.
    plan === plan_id && (step === undefined || step === step_id || `${plan}.${step}` === step_id);
  const [found, ...later] = open.filter(decides);
  if (found === undefined) throw new Error(`no rule of the examples decides ${plan_id}/${step_id}`);
  if (later.length > 0) open.splice(open.indexOf(found), 1);
  return found;
};

const person = z.enum(["alice", "bob", "carol"]);

const decide = async (people: People, request: ApprovalView, taken: Rule): Promise<void> => {
  if (taken.decision === "let_expire") return;
  const { comment, arguments: changed } = taken;
  await people[person.parse(taken.by)].decide(request, taken.decision, {
    ...(comment === undefined ? {} : { comment }),
    ...(changed === undefined ? {} : { arguments: { ...request.arguments, ...changed } }),
  });
};
