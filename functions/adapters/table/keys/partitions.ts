/**
 * How each partition key of the table begins. The beginning says whose row it is, so that an IAM condition on
 * `dynamodb:LeadingKeys` can fence it: docs/adr/0005-one-table-two-engines.md. The keys themselves stand
 * in the files beside this one.
 */
export const PARTITIONS = {
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
  definition: "DEFINITION#",
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

/** The beginnings of the index's partition keys. */
export const INDEXES = {
  executions: "EXECUTIONS#",
  approvals: "APPROVALS#",
  calls: "CALLS#",
  deliveries: "DELIVERIES#",
} as const;

/** Rows that a function which never goes LIVE has no business with, neither reading nor writing. */
export const LIVE_ONLY = ["token", "ledger", "lease", "semaphore", "bucket", "inflight", "work"] as const;
