import { z } from "zod";
import { json, jsonObject } from "../../../plan/json.ts";
import { auth, headerName, headerText, secretName } from "../auth.ts";
import { changes, condition, lookUpConditions, pointer } from "../declared.ts";

/** The parts of one HTTPS request. `url` and `body` have places; what may stand there is in address.ts and template.ts. */
const request = z.strictObject({
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
  url: z.string().max(4096),
  headers: z.record(headerName, z.union([headerText, z.strictObject({ secret: secretName })])).default({}),
  body: json.exactOptional(),
  /** In place of a body in JSON: the fields of a form, sent as application/x-www-form-urlencoded. */
  form: jsonObject.exactOptional(),
  auth: auth.exactOptional(),
});
export type HttpRequest = z.infer<typeof request> & { readonly idempotency_header?: string };

/** A request that is recognised when it is sent again. */
const keyed = request.extend({ idempotency_header: headerName.exactOptional() });

export const httpBinding = z.strictObject({
  kind: z.literal("http"),
  /** The name the service itself gives it, where an import had to call the tool otherwise. Nothing is done with it. */
  operation: z.string().max(1_000).exactOptional(),
  /** All that its requests may reach: `crm.example.com`, with a port where that is not 443. */
  hosts: z.array(z.string().min(1).max(255)).min(1).max(20),
  /** `output`: where in the answer's body the output stands; all of it unless said. */
  call: keyed.extend({ output: pointer.exactOptional() }),
  /** Reads what `call` will change; the only request that DRY_RUN may make. */
  read: request.exactOptional(),
  /** Fields that `call` changes: where `read` shows the old value, and what the new one will be. */
  changes,
  /**
   * Asks whether a call happened whose answer never came. Without `did_not_happen_when` an answer that does not show
   * that it happened shows that it did not; with it, anything else leaves it unknown. A call of which the service knows
   * nothing (404, 410) did not happen.
   */
  look_up: z.strictObject({ request, ...lookUpConditions }).exactOptional(),
  /**
   * Puts back what `call` did, only where that still stands: by `changes`, or by `only_when`, which asks whether what
   * the call made is still as the call made it.
   */
  undo: keyed.extend({ only_when: z.strictObject({ request, still: condition }).exactOptional() }).exactOptional(),
  /** Answers that the service documents to have had no effect. */
  no_effect_statuses: z.array(z.number().int()).max(50).default([]),
});
export type HttpBinding = z.infer<typeof httpBinding>;
