import { z } from "zod";
import { accept } from "../../../shared/plan/result.ts";
import { submission } from "../../../shared/plan/submission-schema.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";
import { submitted } from "../schemas.ts";
import { submitPlans } from "./submit-plans.ts";

export const submitEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...none,
      group: "submit",
      method: "POST",
      path: "/executions",
      scopes: ["executions:write", AGENT_SCOPE],
      summary: "Submit plans",
      description:
        "Plans in either form, with validations and configuration; also a single plan, or an array of plans. Refused with every violation at once, in which case nothing is stored.",
      headers: {
        "Idempotency-Key":
          "The same key with the same bytes answers with the same execution (and `Idempotency-Replayed: true`); with other bytes it is a conflict.",
      },
      body: z.unknown(),
      documentedBody: submission,
      reply: submitted,
      statuses: [202],
      maxBytes: MAX_BODY_BYTES,
    },
    async ({ text, body, caller, header, correlation_id }) => {
      const idempotency_key = header("idempotency-key");
      const { name: submitter, agent } = caller;
      const traceparent = header("traceparent");
      const asked = { text, body, submitter, agent, idempotency_key, correlation_id, traceparent };
      const reply = await submitPlans(deps)(asked);
      if (!reply.ok) return reply;
      const headers = reply.value.replayed ? { "idempotency-replayed": "true" } : {};
      return accept({ status: 202, body: reply.value.submitted, headers });
    },
  ),
];
