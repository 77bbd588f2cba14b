import type { Deps } from "../../deps.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { tellingNearIds } from "../http/near-id.ts";
import { awayEndpoints } from "./away-endpoints.ts";
import { decisionEndpoints } from "./decision-endpoints.ts";
import { requestEndpoints } from "./request-endpoints.ts";
import { systemEndpoints } from "./system-endpoints.ts";

/** Acts of people: decide, stop, take up, undo. */
export const actEndpoints = (deps: Deps): Endpoint[] => [
  ...tellingNearIds(deps, [...decisionEndpoints(deps), ...requestEndpoints(deps)]),
  ...awayEndpoints(deps),
  ...systemEndpoints(deps),
];
