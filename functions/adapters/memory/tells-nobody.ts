import type { Deps } from "../../deps.ts";
import { memoryWebhookSecrets } from "./webhook-secrets.ts";

/** For who runs executions and sends no message: events that are owed to an address wait for who does. */
export const tellsNobody = (): Pick<Deps, "webhookSecrets" | "notices" | "courier" | "consoleUrl"> => ({
  webhookSecrets: memoryWebhookSecrets(),
  notices: { send: async () => ({ kind: "failed", error: "nothing is sent from here" }) },
  courier: { waits: () => {} },
  consoleUrl: () => null,
});
