import { awsCarrier } from "../aws/carrier.ts";
import { awsTable } from "../aws/records.ts";
import { awsPassedOn } from "../aws/toolbox.ts";
import { apiHandler } from "./aws-handler.ts";
import { mcpEndpoints } from "./mcp/endpoints.ts";
import { protectedResource } from "./mcp/protected-resource.ts";

export const handler = apiHandler({ serves: mcpEndpoints, open: protectedResource }, (env, log) => ({
  ...awsCarrier(env, log),
  ...awsPassedOn(env, awsTable(env)),
}));
