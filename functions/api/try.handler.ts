import { awsTable } from "../aws/records.ts";
import { previewTools } from "../aws/toolbox.ts";
import { apiHandler } from "./aws-handler.ts";
import { tryEndpoints } from "./try/endpoints.ts";

export const handler = apiHandler({ serves: tryEndpoints }, (env) => previewTools(env, awsTable(env)));
