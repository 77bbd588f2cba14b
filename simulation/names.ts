/** The submitter of every plan, and the owner of its agents: neither may approve what is irreversible. */
export const SUBMITTER = "sue";
export const AGENT_OWNER = "owen";
export const APPROVERS = ["ann", "ben", "cat", "dan"] as const;
export const EVERYBODY = [SUBMITTER, AGENT_OWNER, ...APPROVERS] as const;
