import type { HandlerName } from "./handlers.ts";

/** Families of rows in the one table, by what their partition key begins with. */
export const partitions = {
  /** The execution's record, the answers of its passes, and its steps as they stand. */
  execution: "EXECUTION#",
  events: "EVENTS#",
  idempotency: "IDEMPOTENCY#",
  approval: "APPROVAL#",
  token: "TOKEN#",
  ledger: "LEDGER#",
  lease: "LEASE#",
  semaphore: "SEMAPHORE#",
  bucket: "BUCKET#",
  inFlight: "INFLIGHT#",
  lock: "LOCK#",
  setting: "SETTING#",
  contract: "CONTRACT#",
  agent: "AGENT#",
  tally: "TALLY#",
  signal: "SIGNAL#",
  metric: "METRIC#",
  world: "WORLD#",
} as const;
export type Partition = keyof typeof partitions;

/** Families of entries in the index, by what their index key begins with. An entry shows the whole row. */
export const indexes = {
  executions: "EXECUTION#STATUS#",
  approvals: "APPROVAL#STATUS#",
  calls: "LEDGER#CALL#",
} as const;
export type Index = keyof typeof indexes;

/** Folders of the bucket: bodies by execution, and the files that seal it. */
export const files = { bodies: "bodies/", artifacts: "artifacts/" } as const;
export type Folder = keyof typeof files;

/** r read, p put, u update, d delete: one letter, one kind of request. */
export type Access = `${"r" | ""}${"p" | ""}${"u" | ""}${"d" | ""}`;
/** r read, p put. */
export type FileAccess = "r" | "p" | "rp";

export type Permission = {
  readonly rows: { readonly [family in Partition]?: Access };
  readonly index?: readonly Index[];
  readonly files?: { readonly [folder in Folder]?: FileAccess };
  /** Of the state machine: start a run, wake the task behind a token. */
  readonly workflow?: readonly ("start" | "wake")[];
  /** Publishes on the bus. */
  readonly announces?: true;
};

/** Moving a step: its projection, the chain that every move is appended to, the bodies that moves refer to. */
const moves = { execution: "rpu", events: "rp" } as const;
/** What holds a call to the real world: at most one at a time, so many of a tool, so many of a service, each on record. */
const holds = { lease: "rpud", semaphore: "rpud", bucket: "rpu", inFlight: "rpd" } as const;
const bodies = { bodies: "rp" } as const;
const results = { execution: "r", events: "r", approval: "r", ledger: "r", contract: "r", tally: "r" } as const;

/**
 * Who may do what: everything a function may ever touch, whatever its code says; what is not here, IAM refuses.
 * MOCK reaches no target, DRY_RUN only reads one; AwaitApproval puts the one task token and Act takes it.
 */
// biome-ignore format: a table, to be read as one
export const permissions = {
  Validate:         { rows: { ...moves, contract: "r", agent: "r", setting: "r", lock: "r" }, files: bodies },
  ResolveConflicts: { rows: { ...moves, contract: "r", agent: "r", setting: "r", lock: "r", ledger: "r", lease: "r", bucket: "r" },
                      index: ["calls"], files: bodies },
  NextWave:         { rows: { ...moves, contract: "r", agent: "r", setting: "r", lock: "r", approval: "rpu", ledger: "ru",
                              lease: "rud", semaphore: "rud", bucket: "r", inFlight: "rd" },
                      index: ["calls"], files: bodies, announces: true },
  Mock:             { rows: moves, files: bodies },
  DryRun:           { rows: { ...moves, contract: "r", world: "r" }, files: bodies },
  Live:             { rows: { ...moves, ...holds, contract: "r", setting: "r", lock: "r", approval: "r", ledger: "rpu", world: "rp" },
                      files: bodies },
  RollBack:         { rows: { ...moves, ...holds, contract: "r", setting: "r", lock: "r", ledger: "rpu", world: "rp" }, files: bodies },
  ReadOutcome:      { rows: { ...moves, contract: "r", ledger: "ru", lease: "rud", semaphore: "rud", inFlight: "rd", world: "r" },
                      files: bodies },
  AwaitApproval:    { rows: { execution: "r", approval: "r", lock: "r", token: "p" }, workflow: ["wake"] },
  Continue:         { rows: { execution: "rpu", events: "rp" }, workflow: ["start"] },
  Conclude:         { rows: { ...moves, contract: "r", lock: "r", approval: "rpu", ledger: "ru", lease: "rud", semaphore: "rud",
                              inFlight: "r" }, files: bodies },
  Feedback:         { rows: { ...results, tally: "rp", signal: "rp" }, files: { bodies: "r" }, announces: true },
  Health:           { rows: { ...results, metric: "rp" }, index: ["executions"], files: { bodies: "r" } },
  Artifacts:        { rows: { ...results, execution: "rpu", events: "rp", signal: "r", metric: "r" },
                      files: { bodies: "r", artifacts: "rp" }, announces: true },
  Read:             { rows: { ...results, approval: "rpu", lock: "r", inFlight: "r", agent: "r", setting: "r", signal: "r", metric: "r" },
                      index: ["executions", "approvals"], files: { bodies: "r", artifacts: "r" } },
  Submit:           { rows: { execution: "rp", events: "rp", idempotency: "rp", contract: "r", agent: "r", setting: "r" },
                      files: bodies, workflow: ["start"] },
  Act:              { rows: { execution: "rpu", events: "rp", approval: "rpu", token: "rd", ledger: "r", lock: "rpd", inFlight: "r",
                              setting: "rpu", contract: "r", agent: "r" },
                      index: ["executions", "approvals"], files: bodies, workflow: ["start", "wake"] },
  Administer:       { rows: { contract: "rp", agent: "rp", events: "rp" } },
} as const satisfies Record<HandlerName, Permission>;
