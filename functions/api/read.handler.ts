import { apiHandler } from "./aws-handler.ts";
import { readEndpoints } from "./read/endpoints.ts";
import type { RouterOptions } from "./router.ts";

/** It is of every route there is: whoever only reads does not wait for the code of the others. */
const document: RouterOptions["document"] = async (deps) => (await import("./document.ts")).openApi(deps);

export const handler = apiHandler({ serves: readEndpoints, document });
