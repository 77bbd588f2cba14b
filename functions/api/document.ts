import type { JsonObject } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";
import { actEndpoints } from "./act/endpoints.ts";
import { administerEndpoints } from "./administer/endpoints.ts";
import { callEndpoints } from "./call/endpoints.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { describedMcp } from "./mcp/described.ts";
import { openApiDocument } from "./openapi.ts";
import { readEndpoints } from "./read/endpoints.ts";
import { submitEndpoints } from "./submit/endpoints.ts";
import { tryEndpoints } from "./try/endpoints.ts";
import { workEndpoints } from "./work/endpoints.ts";

export const besideMcp = (deps: Deps): Endpoint[] => [
  ...readEndpoints(deps),
  ...submitEndpoints(deps),
  ...callEndpoints(deps),
  ...actEndpoints(deps),
  ...administerEndpoints(deps),
  ...tryEndpoints(deps),
  ...workEndpoints(deps),
];

/** The document that `/openapi.json` says of all routes. */
export const openApi = (deps: Deps): JsonObject => openApiDocument([...besideMcp(deps), describedMcp]);
