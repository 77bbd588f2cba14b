import type { HandlerName } from "./handlers.ts";

/** Families of rows in the one table, by what their partition key begins with. */
export const partitions = {
  execution: "EXEC#",
  step: "STEP#",
  audit: "AUDIT#",
  submission: "SUBMISSION#",
  /** Calls that agents wait for. */
  asked: "ASKED#",
  approval: "APPROVAL#",
  pending: "PENDING#",
  link: "LINK#",
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
  /** People who are away, and until when. */
  away: "AWAY#",
  /** Names that callers' ids are read by. */
  caller: "CALLER#",
  server: "SERVER#",
  /** Tools of MCP servers that changed since they were reviewed, as found by who looks. */
  definition: "DEFINITION#",
  /** Words of people who accepted one: put by Administer alone. */
  accepted: "ACCEPTED#",
  memory: "MEMORY#",
  goal: "GOAL#",
  setting: "SETTING#",
  /** The table keeps an earlier word for aggregates: keys of stored items never change. */
  aggregate: "TALLY#",
  signal: "SIGNAL#",
  metric: "METRIC#",
  webhook: "WEBHOOK#",
  delivery: "DELIVERY#",
  work: "WORK#",
  /** Calls that only look: apart from the calls that act, so that a function that never acts can hand out no other. */
  work_read: "WORKREAD#",
} as const;
export type Partition = keyof typeof partitions;

/** Families of entries in the index, by what their index key begins with. An entry shows the whole row. */
export const indexes = {
  executions: "EXECUTIONS#",
  approvals: "APPROVALS#",
  calls: "CALLS#",
  deliveries: "DELIVERIES#",
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
  /** Asks Wake to wake executions. */
  readonly wakes?: true;
  /** Publishes on the bus. */
  readonly announces?: true;
  /** Signs manifests. */
  readonly signs?: true;
  /** Reaches what tools act on outside of Buddy, with the secrets and functions that are for this. */
  readonly reaches?: readonly ("read" | "write")[];
  /** Judges contracts: is told which hosts tools may reach, and which secrets there are, not their texts. */
  readonly judges?: true;
  /** Of registered addresses: tells them of events, with the secrets that are theirs; or keeps these. */
  readonly webhooks?: "tells" | "keeps";
};

/** Moving a step: an event at the end of its chain, then its projection. */
const moves = { execution: "r", step: "rp", audit: "rp" } as const;
/**
 * Rows that hold a call to the real world, each changed by updates of one item, and the call on record while it runs.
 */
const holds = { lease: "ru", semaphore: "ru", bucket: "rud", inflight: "pd" } as const;
/** Calls on their way to workers and back. */
const handsOut = { work: "rpud", work_read: "rpud" } as const;
/** Speaking to MCP servers, whose tools are compared with what was reviewed. */
const asksServers = { server: "r", definition: "rpd", accepted: "r" } as const;
/** Notes and goals, which agents search. */
const knows = { memory: "r", goal: "r" } as const;
/** Rows of what other executions hold and did, as conflicts are found by it. */
const facts = { ledger: "r", lease: "r", bucket: "r", lock: "r", setting: "r", aggregate: "r", contract: "r" } as const;
const bodies = { bodies: "rp" } as const;
/** How an execution ended, read whole. */
const outcome = { execution: "r", step: "rp", audit: "r", approval: "r" } as const;

/**
 * Making calls, and reads that need nobody within the request: everything that the tasks of the state machine have
 * between them but what a write needs: no intent, no target, no task token.
 */
// biome-ignore format: a line of the table below
const calls = { rows: { ...moves, ...facts, execution: "rp", approval: "rpu", ledger: "ru", lease: "ru", semaphore: "ru",
                        bucket: "rud", inflight: "pd", pending: "pd", aggregate: "rp", signal: "rp", metric: "rp", world: "r",
                        ...asksServers, ...knows, submission: "rp", asked: "rpd", contract: "r", agent: "r", away: "r", caller: "r" },
                index: ["calls", "executions"], files: { bodies: "rp", artifacts: "rp" }, workflow: ["start"], wakes: true,
                announces: true, signs: true, reaches: ["read"] } as const;

/**
 * The rights of each function: everything a function may ever touch, whatever its code says; what is not here, IAM
 * refuses. MOCK reaches no target, DRY_RUN only reads one. AwaitApproval puts the one task token, which Wake alone can
 * read.
 */
// biome-ignore format: a table, to be read as one
export const permissions = {
  Validate:         { rows: { execution: "r", step: "p", audit: "rp" }, files: { bodies: "r" } },
  ResolveConflicts: { rows: { ...facts, execution: "rp", step: "r", audit: "rp" }, index: ["calls"], files: bodies },
  NextWave:         { rows: { ...moves, ...facts, execution: "rp", approval: "rpu", ledger: "ru", lease: "ru", agent: "r", away: "r",
                              semaphore: "r" }, index: ["calls"], files: bodies, announces: true },
  Mock:             { rows: moves, files: bodies },
  DryRun:           { rows: { ...moves, world: "r", ...asksServers, ...knows, work_read: "rpud" }, files: bodies, reaches: ["read"] },
  Live:             { rows: { ...moves, ...holds, lock: "r", agent: "r", contract: "r", setting: "r", ledger: "rpu", world: "rp",
                              ...asksServers, ...knows, ...handsOut }, index: ["calls"], files: bodies, wakes: true, reaches: ["read", "write"] },
  RollBack:         { rows: { ...moves, ...holds, lock: "r", ledger: "rpu", world: "rp", ...asksServers, ...handsOut }, files: bodies, wakes: true,
                      reaches: ["read", "write"] },
  ReadOutcome:      { rows: { ...moves, ledger: "ru" }, files: { bodies: "r" } },
  AwaitApproval:    { rows: { execution: "r", approval: "r", lock: "r", setting: "r", token: "p" }, workflow: ["wake"] },
  Continue:         { rows: { execution: "rp" }, workflow: ["start"] },
  Conclude:         { rows: { ...moves, execution: "rp", approval: "rpu", ledger: "ru", lease: "ru", lock: "r", setting: "r",
                              semaphore: "r", agent: "r", away: "r" }, files: bodies, announces: true },
  Feedback:         { rows: { ...outcome, aggregate: "rp", signal: "rp" }, files: { bodies: "r" }, announces: true },
  Health:           { rows: { execution: "r", setting: "r", lock: "r", aggregate: "r", metric: "rp" }, index: ["executions"] },
  Artifacts:        { rows: { ...outcome, execution: "rp", audit: "rp", pending: "pd", signal: "r", setting: "r", lock: "r", aggregate: "r",
                              metric: "r" }, index: ["executions"], files: { bodies: "r", artifacts: "rp" }, announces: true, signs: true },
  Read:             { rows: { ...outcome, step: "rp", approval: "rp", link: "r", ledger: "r", lock: "r", inflight: "r", bucket: "r",
                              contract: "r", agent: "r", away: "r", caller: "r", server: "r", definition: "r", accepted: "r", setting: "r", aggregate: "r", signal: "r", metric: "r", work: "r", work_read: "r",
                              webhook: "r", delivery: "r" },
                      index: ["executions", "approvals"], files: { bodies: "r", artifacts: "r" } },
  Submit:           { rows: { execution: "rp", audit: "rp", submission: "rp", contract: "r", agent: "r", caller: "r", setting: "r" },
                      files: bodies, workflow: ["start"] },
  Mcp:              calls,
  Call:             calls,
  Act:              { rows: { execution: "rp", submission: "r", step: "rp", audit: "rp", approval: "rp", pending: "rpd", ledger: "r",
                              lock: "rpd", inflight: "r", setting: "rp", contract: "r", agent: "r", away: "rpd", caller: "r" },
                      index: ["executions", "approvals"], files: bodies, workflow: ["start"], wakes: true },
  Slack:            { rows: { execution: "rp", submission: "r", step: "rp", audit: "rp", approval: "rp", pending: "p", ledger: "r",
                              lock: "r", agent: "r", webhook: "r", caller: "r" }, files: bodies, workflow: ["start"], wakes: true, webhooks: "tells" },
  Work:             { rows: { ...handsOut, execution: "r", step: "r", ledger: "r", inflight: "r", lock: "r", setting: "r", agent: "r" }, files: { bodies: "r" } },
  Administer:       { rows: { contract: "rp", agent: "rp", caller: "rp", server: "rpud", definition: "r", accepted: "rp", memory: "rpud", goal: "rpud", audit: "rp",
                              webhook: "rpd", delivery: "rp" }, judges: true, webhooks: "keeps" },
  Try:              { rows: { ...knows, contract: "r", ...asksServers, lock: "r", caller: "r", world: "r", audit: "rp", work_read: "rpud" }, reaches: ["read"] },
  Sweep:            { rows: { execution: "rp", step: "rp", audit: "rp", approval: "rp", away: "r", pending: "rd", asked: "rd", ledger: "r", lock: "r", setting: "r",
                              inflight: "rd", work: "rd", work_read: "rd" }, index: ["executions", "approvals"], workflow: ["start"], wakes: true, announces: true },
  Deliver:          { rows: { webhook: "rp", delivery: "rpd", approval: "r", audit: "rp", caller: "r" }, index: ["deliveries"], announces: true, webhooks: "tells" },
  Wake:             { rows: { token: "rd" }, workflow: ["wake"] },
  Finalise:         { rows: { ...moves, execution: "rp", approval: "rpu", ledger: "ru", lease: "ru", lock: "r", setting: "r",
                              agent: "r", away: "r", semaphore: "r", aggregate: "rp", signal: "rp", metric: "rp", pending: "pd" },
                      index: ["executions"], files: { bodies: "rp", artifacts: "rp" }, announces: true, signs: true },
  GrantScopes:      { rows: {} },
  Console:          { rows: {} },
  Prepare:          { rows: { contract: "p", world: "rp" } },
} as const satisfies Record<HandlerName, Permission>;
