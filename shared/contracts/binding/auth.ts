import { z } from "zod";

/** Secrets are named, never written into a contract. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "must be a secret's name: letters, digits, - _ and ., 128 at most");

export const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, "must be the name of an HTTP header");
export const headerText = z.string().regex(/^[\t\x20-\x7e]{0,4096}$/, "must be printable ASCII in one line");

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
