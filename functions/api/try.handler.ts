import { awsTable } from "../aws/records.ts";
import { awsToolLists, previewTools } from "../aws/toolbox.ts";
import { apiHandler } from "./aws-handler.ts";
import { tryEndpoints } from "./try/endpoints.ts";

export const handler = apiHandler({ serves: tryEndpoints }, (env) => ({
  ...previewTools(env, awsTable(env)),
  ...awsToolLists(env, awsTable(env)),
}));
