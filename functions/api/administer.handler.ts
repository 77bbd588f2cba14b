import { awsSecretNames } from "../aws/secret-names.ts";
import { administerEndpoints } from "./administer/endpoints.ts";
import { apiHandler } from "./aws-handler.ts";

export const handler = apiHandler({ serves: administerEndpoints }, awsSecretNames);
