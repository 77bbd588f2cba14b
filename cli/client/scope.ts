/** What a request needs of its token, as the API names it; docs/who-may.md has every route. */
export type Scope =
  | "executions:write"
  | "executions:operate"
  | "approvals:decide"
  | "system:lock"
  | "contracts:write"
  | "read";
