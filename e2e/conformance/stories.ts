import { executionDetail, lockReply, unlockReply } from "../../functions/api/schemas.ts";
import { passAnswer } from "../../functions/execution/pass/pass-answer.ts";
import { planFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import { until } from "../client/api.ts";
import { create, look, plan, type Step, update } from "../client/plans.ts";
import type { Engine } from "./engine.ts";

/** Something that people do with plans, told alike to both engines. Ends when the execution has; answers its id. */
export type Story = readonly [name: string, perform: (engine: Engine) => Promise<string>];

/** A write that nobody can look up, so that only a person can say what became of it. */
export const OPAQUE_TOOL = {
  tool_name: "post_note",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  outcome_resolution: "OPAQUE",
} as const;

/** Of this run alone, so that a deployment that has been through another one says the same as a fresh one. */
const RUN = String(Date.now() % 1_000_000).padStart(6, "0");

const PARTNER = `grace.quist.${RUN}@e2e.example`;

const after = (...steps: string[]) => ({ depends_on: steps });

const phone = (step_id: string, contact: string, more: object = {}): Step =>
  update(step_id, contact, { phone: `+49 ${RUN} ${contact.slice(1)}` }, more);

const refused = (tool_name: string, args: Record<string, string>) =>
  plannedFailure.parse({
    failure_id: `refused-${tool_name}-${Object.values(args).join("-")}`,
    tool_name,
    arguments: args,
    rung: "call",
    kind: "reject",
    times: 1,
  });

const approve = async ({ people: { alice, bob } }: Engine, id: string, ...steps: string[]): Promise<void> => {
  for (const step of steps) await bob.decide(await alice.request(id, step), "approve");
};

const ended = async ({ people: { alice } }: Engine, id: string): Promise<string> => {
  await alice.ended(id, 150);
  return id;
};

export const STORIES: readonly Story[] = [
  [
    "an edit, which is asked anew, of a call that another needs",
    async (engine) => {
      const { alice, bob, carol } = engine.people;
      const id = await alice.submit([plan("p_edit", [phone("s1", "c20"), look("s2", after("s1"))])]);
      const asked = await alice.request(id, "s1");
      const changed = { ...asked.arguments, fields: { phone: `+49 ${RUN} 0` } };
      await bob.decide(asked, "edit", { arguments: changed, comment: "that number is old" });
      const again = await until("the request for the edited call", async () =>
        (await alice.openRequests(id)).find(({ approval_id }) => approval_id !== asked.approval_id),
      );
      await carol.decide(again, "approve");
      return ended(engine, id);
    },
  ],
  [
    "a rejection, with one step that depends on it and one that does not",
    async (engine) => {
      const { alice, bob } = engine.people;
      const steps = [phone("s1", "c21"), phone("s2", "c22", after("s1")), look("s3")];
      const id = await alice.submit([plan("p_reject", steps)]);
      await bob.decide(await alice.request(id, "s1"), "reject", { comment: "not this one" });
      return ended(engine, id);
    },
  ],
  [
    "a call that fails after another has succeeded: what was done is undone, a plan beside it goes on",
    async (engine) => {
      const { alice } = engine.people;
      await planFailure(engine.world, refused("ghl_update_contact", { contact_id: "c24" }));
      const id = await alice.submit([
        plan("p_fail", [phone("s1", "c23"), phone("s2", "c24", after("s1")), look("s3", after("s2"))]),
        plan("p_beside", [phone("s4", "c25")]),
      ]);
      await approve(engine, id, "s1", "s4", "s2");
      return ended(engine, id);
    },
  ],
  [
    "a call whose outcome is unknown: a person says that it happened",
    async (engine) => {
      const { alice, carol } = engine.people;
      await planFailure(
        engine.world,
        plannedFailure.parse({
          failure_id: "no-answer-to-a-note",
          tool_name: OPAQUE_TOOL.tool_name,
          rung: "call",
          kind: "time_out_after_effect",
          times: 1,
        }),
      );
      const note = { step_id: "s1", tool_name: OPAQUE_TOOL.tool_name, arguments: { board: "b1", text: "one" } };
      const id = await alice.submit([plan("p_note", [{ ...look("s1"), ...note }])]);
      const asked = await alice.request(id, "s1");
      await approve(engine, id, "s1");
      const unknown = await until("the question what happened", async () =>
        (await alice.openRequests(id)).find(({ approval_id }) => approval_id !== asked.approval_id),
      );
      await carol.decide(unknown, "happened", { comment: "it is on the board" });
      return ended(engine, id);
    },
  ],
  [
    "a lock, lifted by a second person, and a resumption in a fresh workflow run",
    async (engine) => {
      const { alice, bob } = engine.people;
      const id = await alice.submit([plan("p_lock", [phone("s1", "c26"), look("s2", after("s1"))])]);
      await alice.request(id, "s1");
      const scope = { kind: "execution", execution_id: id };
      await alice.ask(lockReply, "POST", "/system/lock", { scope, reason: "something is odd" });
      await alice.ended(id);
      await bob.ask(unlockReply, "POST", "/system/unlock", { scope, reason: "it was nothing" });
      await bob.act(id, "resume", "it was nothing");
      await until("what was asked to be asked again", async () =>
        (await alice.execution(id)).states.AWAITING_APPROVAL === 1 ? true : undefined,
      );
      await approve(engine, id, "s1");
      return ended(engine, id);
    },
  ],
  [
    "two plans that would do the same twice, and two that write one record",
    async (engine) => {
      const { alice } = engine.people;
      const id = await alice.submit([
        plan("p_first", [create("s1", PARTNER), phone("s2", "c27")]),
        plan("p_second", [create("s3", PARTNER), update("s4", "c27", { company: "Quist" })]),
      ]);
      await approve(engine, id, "s2", "s1", "s4");
      return ended(engine, id);
    },
  ],
  [
    "an abort while one call is done and another waits",
    async (engine) => {
      const { alice, bob } = engine.people;
      const id = await alice.submit([plan("p_abort", [look("s1"), phone("s2", "c28", after("s1"))])]);
      await alice.request(id, "s2");
      // A step stands in LIVE before its call is made, and an abort stops it there: the story is told of one that is done.
      await until("the end of the first call", async () =>
        (await alice.execution(id)).steps.some(({ step_id, ending }) => step_id === "s1" && ending === "live")
          ? true
          : undefined,
      );
      await bob.act(id, "abort", "changed our minds");
      return ended(engine, id);
    },
  ],
  [
    "a roll back that somebody asks for after the end",
    async (engine) => {
      const { alice, bob } = engine.people;
      const id = await alice.submit([plan("p_undo", [phone("s1", "c29"), phone("s2", "c30", after("s1"))])]);
      await approve(engine, id, "s1", "s2");
      await alice.ended(id);
      await bob.act(id, "rollback", "the customer called");
      await until("the second seal", async () => {
        const { manifests, status } = await alice.execution(id);
        return manifests === 2 && status !== "RUNNING" ? true : undefined;
      });
      return id;
    },
  ],
  [
    "a history that is full: the execution goes on in a fresh one",
    async (engine) => {
      const { alice } = engine.people;
      const id = await alice.submit([plan("p_full", [phone("s1", "c31"), look("s2", after("s1"))])]);
      await alice.request(id, "s1");
      await fillHistory(engine, id);
      await approve(engine, id, "s1");
      return ended(engine, id);
    },
  ],
];

/**
 * A thousand passes are too many to wait for: while the execution waits, the answer of its next pass is stored as Next
 * wave stores it once the events are used up. The engine then does what it does with that answer.
 */
const fillHistory = async ({ executions, people: { alice } }: Engine, id: string): Promise<void> => {
  const { history } = await alice.ask(executionDetail, "GET", `/executions/${id}`);
  const waiting = await until("the answer to wait", async () => {
    for (let pass = 1; ; pass += 1) {
      const known = await executions.passAnswer(id, history, pass);
      if (known === undefined) return undefined;
      const answer = passAnswer.parse(known);
      if (answer.decision === "WAIT") return answer;
    }
  });
  const full = { ...waiting, pass: waiting.pass + 1, decision: "CONTINUE" as const, wave: [] };
  await executions.answerPass(id, history, waiting.pass, full);
};
