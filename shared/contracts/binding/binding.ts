import { z } from "zod";
import { json } from "../../plan/json.ts";
import { isPointer } from "../../plan/json-pointer.ts";

const pointer = z.string().refine(isPointer, "must be a JSON Pointer, such as /contact/stage");

/** Secrets are named, never written into a contract. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "must be a secret's name: letters, digits, - _ and ., 128 at most");

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, "must be the name of an HTTP header");
const headerText = z.string().regex(/^[\t\x20-\x7e]{0,4096}$/, "must be printable ASCII in one line");

/** How a request shows who sends it. */
export const auth = z.discriminatedUnion(
  "as",
  [
    z.strictObject({ as: z.literal("bearer"), secret: secretName }),
    /** Without a username the secret is `username:password`. */
    z.strictObject({ as: z.literal("basic"), username: headerText.exactOptional(), secret: secretName }),
    z.strictObject({ as: z.literal("header"), header: headerName, secret: secretName }),
    /** OAuth 2 client credentials: the secret is the client's. */
    z.strictObject({
      as: z.literal("client_credentials"),
      token_url: z.string(),
      client_id: z.string().min(1),
      secret: secretName,
      scope: z.string().exactOptional(),
    }),
  ],
  { error: "must be bearer, basic, header or client_credentials" },
);
export type Auth = z.infer<typeof auth>;

/** The parts of one HTTPS request. `url` and `body` have places; what may stand there is in address.ts and template.ts. */
const request = z.strictObject({
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
  url: z.string().max(4096),
  headers: z.record(headerName, z.union([headerText, z.strictObject({ secret: secretName })])).default({}),
  body: json.exactOptional(),
  auth: auth.exactOptional(),
});
export type HttpRequest = z.infer<typeof request>;

/** A request that is recognised when it is sent again. */
const keyed = request.extend({ idempotency_header: headerName.exactOptional() });

/** The value at `path` of an answer is this one. */
const condition = z.strictObject({ path: pointer, equals: json });
export type Condition = z.infer<typeof condition>;

export const httpBinding = z.strictObject({
  kind: z.literal("http"),
  /** All that its requests may reach: `crm.example.com`, with a port where that is not 443. */
  hosts: z.array(z.string().min(1).max(255)).min(1).max(20),
  /** `output`: where in the answer's body the output stands; all of it unless said. */
  call: keyed.extend({ output: pointer.exactOptional() }),
  /** Reads what `call` will change; the only request that DRY_RUN may make. */
  read: request.exactOptional(),
  /** Fields that `call` changes: where `read` shows the old value, and what the new one will be. */
  changes: z
    .array(z.strictObject({ field: z.string().min(1).max(200), old: pointer, new: json }))
    .max(100)
    .default([]),
  /**
   * Asks whether a call happened whose answer never came. Without `did_not_happen_when` an answer that does not show
   * that it happened shows that it did not; with it, anything else leaves it unknown. What is not there (404, 410) did
   * not happen.
   */
  look_up: z
    .strictObject({
      request,
      happened_when: condition,
      did_not_happen_when: condition.exactOptional(),
      output: pointer.exactOptional(),
    })
    .exactOptional(),
  /**
   * Puts back what `call` did, only where that still stands: by `changes`, or by `only_when`, which asks whether what
   * the call made is still as the call made it.
   */
  undo: keyed.extend({ only_when: z.strictObject({ request, still: condition }).exactOptional() }).exactOptional(),
  /** Answers that the service documents to have had no effect. */
  no_effect_statuses: z.array(z.number().int()).max(50).default([]),
});
export type HttpBinding = z.infer<typeof httpBinding>;

const sandboxBinding = z.strictObject({ kind: z.literal("sandbox") });

/** How a LIVE call reaches what it acts on. */
export const binding = z.discriminatedUnion("kind", [sandboxBinding, httpBinding], {
  error: 'must be "sandbox" (Buddy\'s own world) or "http" (one HTTPS request): other kinds cannot be called yet',
});
export type Binding = z.infer<typeof binding>;

/** Networks that a deployment's tools may reach. A contract chooses among them; it cannot add to them. */
export type Reach = {
  /** Patterns of hosts; none: no host at all. */
  readonly allowed_hosts: readonly string[];
};
