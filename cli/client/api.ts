import type { HttpOptions } from "./http.ts";
import { approvalsOver } from "./routes/approvals.ts";
import { executionsOver } from "./routes/executions.ts";
import { namesOver } from "./routes/names.ts";
import { registriesOver } from "./routes/registries.ts";
import { systemOver } from "./routes/system.ts";
import { webhooksOver } from "./routes/webhooks.ts";

/** The HTTP API, one function per route; each may throw ApiProblem or CliError (see `ask`). */
export const apiOver = (http: HttpOptions) => ({
  endpoint: http.endpoint,
  ...executionsOver(http),
  ...approvalsOver(http),
  ...namesOver(http),
  ...registriesOver(http),
  ...webhooksOver(http),
  ...systemOver(http),
});
export type Api = ReturnType<typeof apiOver>;
