import { awsCarrier } from "../aws/carrier.ts";
import { apiHandler } from "./aws-handler.ts";
import { mcpEndpoints } from "./mcp/endpoints.ts";
import { protectedResource } from "./mcp/protected-resource.ts";

export const handler = apiHandler({ serves: mcpEndpoints, open: protectedResource }, awsCarrier);
