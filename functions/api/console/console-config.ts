import { z } from "zod";

/** How a person signs in. Nothing in it is secret: it is sent to everybody who opens the page. */
export const consoleConfig = z.strictObject({
  sign_in: z.discriminatedUnion("kind", [
    /** By a link that the terminal of this machine prints, which works once. */
    z.strictObject({ kind: z.literal("link") }),
    /** Nowhere: nobody said at which address of the issuer, nor as which of its clients. */
    z.strictObject({ kind: z.literal("none") }),
    /** At an issuer: authorization code with PKCE (RFC 7636). */
    z.strictObject({
      kind: z.literal("code"),
      authorize_url: z.url(),
      token_url: z.url(),
      client_id: z.string().min(1),
      /** As the issuer writes them, prefixes included. */
      scopes: z.array(z.string()),
    }),
  ]),
});
export type ConsoleConfig = z.infer<typeof consoleConfig>;
