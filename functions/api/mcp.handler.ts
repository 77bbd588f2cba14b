import { awsTable } from "../aws/records.ts";
import { awsPassedOn } from "../aws/toolbox.ts";
import { awsCarrier } from "../run/aws-carrier.ts";
import { apiHandler } from "./aws-handler.ts";
import { mcpEndpoint } from "./mcp/described.ts";
import { protectedResource } from "./mcp/protected-resource.ts";
import { serveMcp } from "./mcp/serve.ts";

/**
 * Every caller of it speaks the protocol, so its library is loaded at the start, when a function has a whole processor, and
 * not within the first request.
 */
export const handler = apiHandler(
  { serves: (deps) => [mcpEndpoint(serveMcp(deps))], open: protectedResource },
  (env, log) => ({
    ...awsCarrier(env, log),
    ...awsPassedOn(env, awsTable(env)),
  }),
);
