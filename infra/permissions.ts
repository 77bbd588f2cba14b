import type { HandlerName } from "./handlers.ts";

/** Families of rows in the one table, by what their partition key begins with. */
export const partitions = {
  execution: "EXEC#",
  step: "STEP#",
  audit: "AUDIT#",
  submission: "SUBMISSION#",
  approval: "APPROVAL#",
  ledger: "LEDGER#",
  lease: "LEASE#",
  semaphore: "SEMAPHORE#",
  bucket: "BUCKET#",
  inflight: "INFLIGHT#",
  lock: "LOCK#",
  token: "TOKEN#",
  world: "WORLD#",
  contract: "CONTRACT#",
  agent: "AGENT#",
  setting: "SETTING#",
} as const;
export type Partition = keyof typeof partitions;

/** Families of entries in the index, by what their index key begins with. An entry shows the whole row. */
export const indexes = { executions: "EXECUTIONS#", approvals: "APPROVALS#", calls: "CALLS#" } as const;
export type Index = keyof typeof indexes;

/** Folders of the bucket. */
export const files = { bodies: "bodies/", artifacts: "artifacts/" } as const;
export type Folder = keyof typeof files;

/** r read, p put, u update, d delete: one letter, one kind of request. */
export type Access = `${"r" | ""}${"p" | ""}${"u" | ""}${"d" | ""}`;
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

/** Common to all that move steps: what they are moved by, and the chain that every move is appended to. */
const moves = { execution: "r", step: "rpu", audit: "rp", contract: "r", lock: "r" } as const;
const bodies = { bodies: "rp" } as const;

/**
 * Who may do what: everything a function may ever touch, whatever its code says. What is not here is refused by IAM.
 * MOCK reaches no target at all, DRY_RUN only reads one, and the one task token is put by AwaitApproval and taken by Act.
 */
export const permissions = {
  Validate: { rows: { ...moves, execution: "rpu", agent: "r", setting: "r" }, files: bodies },
  ResolveConflicts: {
    rows: { ...moves, execution: "rpu", agent: "r", ledger: "r", lease: "r", bucket: "r", setting: "r" },
    index: ["calls"],
    files: bodies,
  },
  NextWave: {
    rows: {
      ...moves,
      execution: "rpu",
      agent: "r",
      setting: "r",
      approval: "rpu",
      ledger: "ru",
      lease: "rud",
      semaphore: "rud",
      bucket: "r",
      inflight: "rd",
    },
    index: ["calls"],
    files: bodies,
    announces: true,
  },
  Mock: { rows: moves, files: bodies },
  DryRun: { rows: { ...moves, world: "r" }, files: bodies },
  Live: {
    rows: {
      ...moves,
      setting: "r",
      approval: "r",
      ledger: "rpu",
      lease: "rpud",
      semaphore: "rpud",
      bucket: "rpu",
      inflight: "rpd",
      world: "rpu",
    },
    files: bodies,
  },
  RollBack: {
    rows: {
      ...moves,
      setting: "r",
      ledger: "rpu",
      lease: "rpud",
      semaphore: "rpud",
      bucket: "rpu",
      inflight: "rpd",
      world: "rpu",
    },
    files: bodies,
  },
  ReadOutcome: { rows: { ...moves, ledger: "ru", inflight: "rd", world: "r" }, files: bodies },
  AwaitApproval: { rows: { execution: "r", approval: "r", lock: "r", token: "p" }, workflow: ["wake"] },
  Continue: { rows: { execution: "rpu", audit: "rp" }, workflow: ["start"] },
  Conclude: {
    rows: { ...moves, execution: "rpu", approval: "rpu", ledger: "ru", lease: "rud", semaphore: "rud", inflight: "r" },
    files: bodies,
  },
  Feedback: {
    rows: { execution: "r", step: "r", audit: "r", approval: "r", ledger: "r", contract: "r" },
    index: ["executions"],
    files: { bodies: "r", artifacts: "rp" },
    announces: true,
  },
  Health: {
    rows: { execution: "r", step: "r", audit: "r", approval: "r", ledger: "r", contract: "r" },
    index: ["executions"],
    files: { bodies: "r", artifacts: "rp" },
  },
  Artifacts: {
    rows: { execution: "rpu", step: "r", audit: "rp", approval: "r", ledger: "r", contract: "r" },
    files: { bodies: "r", artifacts: "rp" },
    announces: true,
  },
  Read: {
    rows: {
      execution: "r",
      step: "r",
      audit: "r",
      approval: "rpu",
      ledger: "r",
      lease: "r",
      inflight: "r",
      lock: "r",
      contract: "r",
      agent: "r",
      setting: "r",
    },
    index: ["executions", "approvals"],
    files: { bodies: "r", artifacts: "r" },
  },
  Submit: {
    rows: { execution: "rp", submission: "rp", audit: "rp", contract: "r", agent: "r", setting: "r" },
    files: bodies,
    workflow: ["start"],
  },
  Act: {
    rows: {
      execution: "rpu",
      step: "r",
      audit: "rp",
      approval: "rpu",
      ledger: "r",
      inflight: "r",
      lock: "rpd",
      token: "rd",
      contract: "r",
      agent: "r",
      setting: "r",
    },
    index: ["approvals", "executions"],
    files: bodies,
    workflow: ["start", "wake"],
  },
  Administer: { rows: { contract: "rp", agent: "rp", audit: "rp" } },
} as const satisfies Record<HandlerName, Permission>;
