import { apiHandler } from "./aws-handler.ts";
import { mcpEndpoints } from "./mcp/endpoints.ts";

export const handler = apiHandler({ serves: mcpEndpoints });
