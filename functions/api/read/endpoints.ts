import type { Deps } from "../../deps.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { tellingNearIds } from "../http/near-id.ts";
import { approvalEndpoints, awayReads } from "./approval-endpoints.ts";
import { executionEndpoints } from "./execution-endpoints.ts";
import { nameReads } from "./name-endpoints.ts";
import { registryEndpoints } from "./registry-endpoints.ts";
import { systemEndpoints } from "./system-endpoints.ts";
import { webhookReads } from "./webhook-endpoints.ts";

/** Everything that is only looked at. */
export const readEndpoints = (deps: Deps): Endpoint[] => [
  ...tellingNearIds(deps, [...executionEndpoints(deps), ...approvalEndpoints(deps)]),
  ...awayReads(deps),
  ...nameReads(deps),
  ...registryEndpoints(deps),
  ...systemEndpoints(deps),
  ...webhookReads(deps),
];
