import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

type Answer = ReturnType<typeof handle>;

/**
 * A router behind an HTTP API, with every answer in base64. As text, a part of a file that begins or ends within a sign
 * would leave with other bytes than it has, and one of many quotes with more, once it is escaped, than Lambda lets an
 * answer hold; base64 of the largest answer has 5.6 MB, whatever is in it.
 */
export const inBytes =
  (router: Pick<Hono, "fetch">): Answer =>
  async (event, context) => {
    let encoded = false;
    const app = new Hono().all("*", async ({ req, env }) => {
      const given = await router.fetch(req.raw, env);
      // Hono encodes what is compressed, byte by byte; a buffer is some twenty times as fast.
      if (given.headers.has("content-encoding")) return given;
      const bytes = Buffer.from(await given.arrayBuffer());
      encoded = bytes.length > 0;
      return new Response(encoded ? bytes.toString("base64") : null, given);
    });
    const answered = await handle(app, { isContentTypeBinary: () => false })(event, context);
    return encoded ? { ...answered, isBase64Encoded: true } : answered;
  };
