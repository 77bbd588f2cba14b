import { apiHandler } from "./aws-handler.ts";
import { workEndpoints } from "./work/endpoints.ts";

export const handler = apiHandler({ serves: workEndpoints });
