import { apiHandler } from "./aws-handler.ts";
import { openApi } from "./endpoints.ts";
import { readEndpoints } from "./read/endpoints.ts";

export const handler = apiHandler({ serves: readEndpoints, document: openApi });
