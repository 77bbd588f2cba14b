import type { Deps } from "../deps.ts";
import { actEndpoints } from "./act/endpoints.ts";
import { administerEndpoints } from "./administer/endpoints.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { readEndpoints } from "./read/endpoints.ts";
import { submitEndpoints } from "./submit/endpoints.ts";

/** Every route there is. */
export const allEndpoints = (deps: Deps): Endpoint[] => [
  ...readEndpoints(deps),
  ...submitEndpoints(deps),
  ...actEndpoints(deps),
  ...administerEndpoints(deps),
];
