import { awsSecretNames } from "../aws/secret-names.ts";
import { awsWebhookSecrets } from "../aws/webhooks.ts";
import { administerEndpoints } from "./administer/endpoints.ts";
import { apiHandler } from "./aws-handler.ts";

export const handler = apiHandler({ serves: administerEndpoints }, (env) => ({
  ...awsSecretNames(env),
  ...awsWebhookSecrets(env),
}));
