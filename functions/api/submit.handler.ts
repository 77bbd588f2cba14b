import { apiHandler } from "./aws-handler.ts";
import { submitEndpoints } from "./submit/endpoints.ts";

export const handler = apiHandler({ serves: submitEndpoints });
