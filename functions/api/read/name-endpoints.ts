import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { callerNameList } from "../schemas.ts";

/** Names that callers' ids are read by. */
export const nameReads = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...none,
      group: "read",
      method: "GET",
      scopes: ["read", "approvals:decide"],
      path: "/names",
      summary: "List the names that callers' ids are read by",
      description: "Records name callers by their ids, which stay the same; a name is to be shown beside its id.",
      reply: callerNameList,
    },
    async () => accept({ body: { names: await deps.callerNames.all() } }),
  ),
];
