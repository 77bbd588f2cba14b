import type { StepEventName } from "../../shared/execution/record/states.ts";
import type { ServiceScript } from "../hazards/scripted-hazards.ts";
import type { Act, Answer } from "./acts.ts";
import type { Sketch } from "./executions.ts";

/** The answers of people, in the order in which requests of a kind are opened or voted on; the last answer stays. */
export type Answers = Readonly<Partial<Record<string, readonly (Answer["word"] | "nothing")[]>>>;

/** One story that shows some rows of the transition table when nothing fails. */
export type Reference = {
  readonly name: string;
  readonly shows: readonly StepEventName[];
  readonly executions: readonly Sketch[];
  readonly service?: ServiceScript;
  readonly answers?: Answers;
  /** The act of an operator when a step's event of that name is written for the first time. */
  readonly when?: Readonly<Partial<Record<StepEventName, Act>>>;
};

const one = (name: string, steps: Sketch["plans"][number], config?: Sketch["config"]): readonly Sketch[] => [
  config === undefined ? { name, plans: [steps] } : { name, plans: [steps], config },
];

const everything = { kind: "everything" } as const;
const asked = { id: "s1", tool: "put_asked_about", thing: "a" } as const;
const opaque = { id: "s1", tool: "put_opaque", thing: "a" } as const;
const undoable = { id: "s1", tool: "put_with_key", thing: "a" } as const;
const booked = { id: "s1", tool: "book", thing: "a", value: "seat" } as const;
const refused = { id: "s2", tool: "send", thing: "b", after: ["s1"] } as const;
const cleared = { id: "s1", tool: "put_cleared", thing: "a" } as const;
const refuses: ServiceScript = { "send/forward": ["rejects"] };

export const REFERENCES: readonly Reference[] = [
  {
    name: "rehearsed, approved, performed",
    shows: ["mock_succeeded", "previewed", "approval_requested", "approved", "live_allowed", "live_succeeded"],
    executions: one("plain", [
      { id: "s0", tool: "look", thing: "a" },
      { ...asked, after: ["s0"] },
    ]),
  },
  {
    name: "no higher than its ceiling",
    shows: ["ceiling_reached"],
    executions: one("capped", [{ ...asked, confidence: 0.7 }]),
  },
  {
    name: "a preview that cannot be made",
    shows: ["failed", "aborted"],
    executions: one("failing", [
      { id: "s0", tool: "look", thing: "a" },
      { id: "s1", tool: "put_with_key", thing: "b", from: "s0", path: "/missing" },
      { id: "s2", tool: "put_opaque", thing: "c" },
    ]),
  },
  {
    name: "aborted while people are asked",
    shows: ["aborted"],
    executions: one("aborted", [asked]),
    answers: { approve: ["nothing"] },
    when: { approval_requested: { kind: "abort", execution_id: "x1" } },
  },
  {
    name: "edited, then approved",
    shows: ["edited"],
    executions: one("edited", [asked]),
    answers: { approve: ["edit", "approve"] },
  },
  {
    name: "rejected, and what depends on it",
    shows: ["rejected", "ceiling_fell"],
    executions: one("rejected", [asked, { id: "s2", tool: "put_opaque", thing: "b", after: ["s1"] }]),
    answers: { approve: ["reject", "nothing"] },
  },
  {
    name: "nobody decides",
    shows: ["expired"],
    executions: one("expired", [asked]),
    answers: { approve: ["nothing"] },
  },
  {
    name: "somebody else writes between approval and LIVE",
    shows: ["drifted"],
    executions: one("drifting", [asked]),
    when: { approved: { kind: "meddle", thing: "a" } },
  },
  {
    name: "an outcome that is asked about",
    shows: ["live_deferred"],
    executions: one("asked about", [asked]),
    service: { "put_asked_about/forward": ["silent_after"] },
  },
  {
    name: "a key that is sent again",
    shows: ["live_deferred"],
    executions: one("key", [undoable]),
    service: { "put_with_key/forward": ["vague"] },
  },
  {
    name: "a key that is forgotten before the call may be sent again",
    shows: ["live_unknown", "reconciled_happened"],
    executions: one("forgotten", [{ ...undoable, tool: "put_soon_forgotten" }]),
    service: { "put_soon_forgotten/forward": ["silent_after"] },
    answers: { reconcile: ["look"] },
  },
  {
    name: "a resource that is not free in time",
    shows: ["live_not_started"],
    executions: [
      { name: "holder", plans: [[undoable]] },
      { name: "waiter", plans: [[{ ...asked, value: "another" }]] },
    ],
    service: { "put_with_key/forward": ["vague", "vague", "vague", "vague"] },
  },
  {
    name: "refused, and what was done before is undone",
    shows: ["live_failed", "rollback_started", "compensated"],
    executions: one("undone", [undoable, refused]),
    service: refuses,
  },
  {
    name: "unknown, and it happened",
    shows: ["live_unknown", "reconciled_happened"],
    executions: one("happened", [opaque]),
    service: { "put_opaque/forward": ["silent_after"] },
    answers: { reconcile: ["look"] },
  },
  {
    name: "unknown, and it did not happen",
    shows: ["live_unknown", "reconciled_not_happened"],
    executions: one("did not happen", [opaque]),
    service: { "put_opaque/forward": ["vague"] },
    answers: { reconcile: ["look"] },
  },
  {
    name: "a compensation that is asked about",
    shows: ["undo_deferred"],
    executions: one("asked about the undo", [asked, refused]),
    service: { ...refuses, "put_asked_about/compensation": ["silent_after"] },
  },
  {
    name: "a compensation of unknown outcome that happened",
    shows: ["compensation_unknown", "undo_happened"],
    executions: one("undo happened", [opaque, refused]),
    service: { ...refuses, "put_opaque/compensation": ["silent_after"] },
    answers: { reconcile_undo: ["look"] },
  },
  {
    name: "a compensation of unknown outcome that did not happen",
    shows: ["compensation_unknown", "undo_not_happened"],
    executions: one("undo did not happen", [opaque, refused]),
    service: { ...refuses, "put_opaque/compensation": ["vague"] },
    answers: { reconcile_undo: ["look"] },
  },
  {
    name: "a compensation that is refused",
    shows: ["compensation_failed", "undo_settled"],
    executions: one("not undone", [undoable, refused]),
    service: { ...refuses, "put_with_key/compensation": ["rejects"] },
    answers: { undo_failed: ["undone"] },
  },
  {
    name: "locked and resumed",
    shows: ["locked", "resumed"],
    executions: one("locked", [asked]),
    when: { approval_requested: { kind: "lock", scope: everything, mode: "stop_forward", for_seconds: 60 } },
  },
  {
    name: "a roll back that a lock freezes",
    shows: ["undo_frozen", "undo_resumed"],
    executions: one("frozen", [undoable, refused]),
    service: refuses,
    when: { rollback_started: { kind: "lock", scope: everything, mode: "freeze_all", for_seconds: 60 } },
  },
  {
    name: "undone by another tool, which wants approval",
    shows: ["undo_asked", "undo_answered", "rollback_started", "compensated"],
    executions: one("cleared", [cleared, refused]),
    service: refuses,
  },
  {
    name: "undone by hand, by a person who was asked whether to undo it",
    shows: ["undo_asked", "undone_by_hand"],
    executions: one("cleared by hand", [cleared, refused]),
    service: refuses,
    answers: { undo: ["undone"] },
  },
  {
    name: "another tool of unknown outcome that did undo it",
    shows: ["compensation_unknown", "undo_happened"],
    executions: one("clearing happened", [cleared, refused]),
    service: { ...refuses, "clear/compensation": ["silent_after"] },
    answers: { reconcile_undo: ["look"] },
  },
  {
    name: "another tool that a lock holds",
    shows: ["undo_frozen", "undo_resumed", "compensated"],
    executions: one("clearing frozen", [cleared, refused]),
    service: refuses,
    when: {
      rollback_started: {
        kind: "lock",
        scope: { kind: "tool", tool_name: "clear" },
        mode: "freeze_all",
        for_seconds: 60,
      },
    },
  },
  {
    name: "what an irreversible step rests on",
    shows: ["undo_asked", "undo_answered"],
    executions: one("rests on", [
      undoable,
      { id: "s2", tool: "make", thing: "b", after: ["s1"] },
      { id: "s3", tool: "send", thing: "c", after: ["s2"] },
    ]),
    service: refuses,
  },
  {
    name: "what another execution's irreversible step rests on",
    shows: ["undo_withheld", "undo_answered", "compensated"],
    executions: [
      { name: "booked", plans: [[booked]] },
      {
        name: "booked elsewhere",
        plans: [
          [
            booked,
            { id: "s2", tool: "send", thing: "b", after: ["s1"] },
            { id: "s3", tool: "put_opaque", thing: "c", after: ["s2"] },
          ],
        ],
      },
    ],
    // The first call of unknown outcome is the last: then the other execution's mail has been sent.
    service: { "put_opaque/forward": ["vague"] },
    answers: { reconcile: ["look"] },
    when: { live_unknown: { kind: "roll_back", execution_id: "x1", depth: null } },
  },
  {
    name: "all together",
    shows: ["approved", "live_failed", "rollback_started", "live_unknown", "locked", "resumed"],
    executions: [
      {
        name: "three plans",
        plans: [
          [undoable, refused],
          [{ id: "s1", tool: "put_opaque", thing: "c" }],
          [{ id: "s1", tool: "make", thing: "d", agent: "agent_2" }],
        ],
      },
      { name: "another one", plans: [[{ ...asked, thing: "a" }]] },
    ],
    service: { ...refuses, "put_opaque/forward": ["silent_after"] },
    answers: { reconcile: ["look"] },
    when: {
      live_unknown: {
        kind: "lock",
        scope: { kind: "agent", agent_id: "agent_2" },
        mode: "stop_forward",
        for_seconds: 60,
      },
    },
  },
];
