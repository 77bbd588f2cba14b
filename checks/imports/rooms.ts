import type { FolderRule } from "./folder-rule.ts";

/** A folder with what lives in it, in one line; `npm run docs` writes it at the folder's top. */
export type Room = FolderRule & { readonly lives: string };

type Given = Pick<Room, "folder" | "lives"> & Partial<Pick<Room, "allows" | "types">>;

/** Handlers wire a function to AWS and hold nothing else; so only they see it. */
const room = ({ folder, lives, allows = [], types = [] }: Given): Room => ({
  folder,
  lives,
  allows: [folder, "shared/", ...allows],
  types: ["functions/deps.ts", ...types],
  handlers: ["functions/aws/", "functions/run/aws-carrier.ts"],
});

const EXECUTION = "functions/execution/";

/** The rooms of what happens to a step, in the order in which it passes through them: each knows those before it. */
const ROOMS_OF_EXECUTION: readonly (readonly [name: string, lives: string])[] = [
  [
    "step",
    "What every rung needs of one step: its context, its record moved on by an event, its output, a timed attempt.",
  ],
  ["rehearse", "MOCK and DRY_RUN: what a call would do, without doing it."],
  ["attempt", "LIVE and ROLLBACK: one call of a tool, its resources, its ledger row, and what became of it."],
  ["pass", "Next wave: reads an execution, lets the pure rules advance it, stores what they say, asks people."],
  [
    "wait",
    "What an execution waits in and what ends its wait: the task token, the waker, the sweeper, a fresh workflow run.",
  ],
  ["conclude", "The end of a workflow run: a final state for every step, or a person to settle it."],
];

const executionRooms = ROOMS_OF_EXECUTION.map(([name, lives], place) =>
  room({
    folder: `${EXECUTION}${name}/`,
    lives,
    allows: [
      "functions/records/",
      "functions/tools/",
      "functions/conflicts/",
      ...ROOMS_OF_EXECUTION.slice(0, place).map(([earlier]) => `${EXECUTION}${earlier}/`),
    ],
  }),
);

const RECORDS = ["functions/records/"];

/** The folders of `functions/`, in the order of a plan's way. */
export const ROOMS: readonly Room[] = [
  room({
    folder: "functions/records/",
    lives:
      "What several stages read and write: documents, the execution's record, workflow runs, the outbox of events.",
  }),
  room({
    folder: "functions/tools/",
    lives: "Tools behind one port, the time they are given, and the sandbox they act on; nothing of the ladder.",
  }),
  room({ folder: "functions/plan/", lives: "The state Validate: a submission goes on record.", allows: RECORDS }),
  room({
    folder: "functions/conflicts/",
    lives: "The state Resolve conflicts: gathers facts, finds conflicts, stores the schedule.",
    allows: RECORDS,
  }),
  ...executionRooms,
  room({
    folder: "functions/feedback/",
    lives: "The state Feedback: learning signals and aggregates.",
    allows: RECORDS,
  }),
  room({ folder: "functions/health/", lives: "The state Health: metrics and the score.", allows: RECORDS }),
  room({
    folder: "functions/artifacts/",
    lives: "The state Artifacts: the files of an execution and the manifest that seals them.",
    allows: [...RECORDS, "functions/health/"],
  }),
  room({
    folder: "functions/webhooks/",
    lives: "Events on their way to registered addresses: owed before they are sent, tried for a day, shown to people.",
    allows: RECORDS,
  }),
  room({
    folder: "functions/finalise/",
    lives: "Ends an execution whose run ended where no state could catch it, by the stages after its steps.",
    allows: [
      ...RECORDS,
      "functions/execution/conclude/",
      "functions/feedback/",
      "functions/health/",
      "functions/artifacts/",
    ],
  }),
  room({
    folder: "functions/machine/",
    lives: "The state machine file, read and interpreted: which function comes when, and what of its answer goes on.",
    allows: ["infra/workflow/orchestration.asl.json"],
  }),
  room({
    folder: "functions/run/",
    lives: "The state machine with its functions in one process: all of them, and one run that a request carries on.",
    allows: [
      ...RECORDS,
      "functions/machine/",
      "functions/plan/",
      "functions/conflicts/",
      EXECUTION,
      "functions/feedback/",
      "functions/health/",
      "functions/artifacts/",
      "functions/observing.ts",
      "functions/tools/timer.ts",
      "functions/adapters/memory/tells-nobody.ts",
    ],
  }),
  room({
    folder: "functions/api/",
    lives: "The door: routes by what they may do (read, submit, act, administer, try), callers, problems.",
    allows: [
      ...RECORDS,
      "functions/health/",
      `${EXECUTION}attempt/hand-out.ts`,
      "functions/observing.ts",
      "functions/tools/timer.ts",
      "functions/tools/tool-port.ts",
      "functions/tools/remarks.ts",
      "functions/webhooks/slack-message.ts",
      "functions/webhooks/slack-method.ts",
      "functions/adapters/metrics/none.ts",
      "functions/adapters/tracing/none.ts",
      "package.json",
    ],
  }),
  room({
    folder: "functions/callers/",
    lives: "Asked by the user pool at sign-in: which scopes an account gets.",
    allows: [],
  }),
  room({
    folder: "functions/adapters/",
    lives: "The ports of `shared/ports` over DynamoDB, S3, Step Functions and the like, over files and in memory.",
    types: ["functions/tools/"],
  }),
  room({
    folder: "functions/aws/",
    lives: "Adapters put together from a Lambda function's environment, for handlers alone.",
    allows: ["functions/adapters/", "functions/tools/", "functions/observing.ts"],
  }),
  room({
    folder: "functions/prepare/",
    lives: "Run by a deployment: standard contracts, first settings, the sandbox's records.",
    allows: ["functions/tools/", "functions/adapters/table/world.ts"],
  }),
];
