import type { Deps } from "../deps.ts";
import { besideMcp, openApi } from "./document.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { mcpEndpoints } from "./mcp/endpoints.ts";

/** Every route there is. */
export const allEndpoints = (deps: Deps): Endpoint[] => [...besideMcp(deps), ...mcpEndpoints(deps)];

/** For who serves all of the API in one process. */
export const wholeApi = { serves: allEndpoints, document: openApi };
