import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { LeftOut } from "../../../shared/execution/call-outcome.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { keptJson } from "../../../shared/plan/kept-json.ts";
import { NO_TEXT_MARK } from "../../../shared/plan/mend-json.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";

/** As large as an output may be, counted after decompression. */
export const MAX_BODY_BYTES = 1_048_576;

/** The answer cannot be read: it broke off, is too large, or is not what it says it is. */
export class UnreadableBody extends Surprise {
  override readonly name = "UnreadableBody";
}

const decoderOf = (encoding: string): Duplex => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      throw new UnreadableBody(`its body is encoded as ${encoding.slice(0, 40)}`);
  }
};

/**
 * The body's bytes as they come, decompressed. One that is empty is empty whatever its encoding is said to be: the answer
 * to HEAD, 204, 304 and a 200 without a body tell of an encoding that nothing was written in. Once its reader has stopped,
 * wherever that was, nothing is left of the connection.
 * @throws UnreadableBody, or what the stream broke off with
 */
export async function* chunksOf(message: IncomingMessage, most = MAX_BODY_BYTES): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of decoded(message)) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > most) throw new UnreadableBody(`its body has more than ${most} bytes`);
      yield bytes;
    }
  } finally {
    message.destroy();
  }
}

async function* decoded(message: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = (message.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const chunks: AsyncIterator<Buffer> = message[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const bytes = startingWith(first.value, chunks);
  if (encoding === "identity" || encoding === "") {
    yield* bytes;
    return;
  }
  const decoder = decoderOf(encoding);
  // A message that breaks off ends what reads its decompressed form, too; the reader of the decoder is told why.
  pipeline(bytes, decoder, () => {});
  yield* decoder;
}

async function* startingWith(first: Buffer, others: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await others.next(); next.done !== true; next = await others.next()) yield next.value;
}

const bytesOf = async (message: IncomingMessage): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(chunksOf(message)));

/** Two texts that differ in such bytes alone would be one, were they left out: they say so in their place. */
const textOf = (bytes: Buffer, type: string): string => {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) {
      throw new UnreadableBody(`its body is written in ${charset}, which cannot be read`);
    }
    return new TextDecoder(charset).decode(bytes).replaceAll(/\ufffd+/g, NO_TEXT_MARK);
  }
};

/** `left_out`: what of it could not be kept, in words. */
export type Body = { readonly body: Json } & LeftOut & Inexact;

const parsed = (text: string): Body => {
  try {
    const { value, cut, ...inexact } = keptJson(text, MAX_BODY_BYTES);
    return { body: value, ...(cut === null ? {} : { left_out: cut }), ...inexact };
  } catch (cause) {
    throw new UnreadableBody("its body is no JSON, though it says so", { cause });
  }
};

/** `application/json`, and types that end in `+json`; not `application/json-seq`, which is a row of several. */
const IS_JSON = /^[\w.+-]+\/(?:[\w.+-]+\+)?json(?![\w.+-])/i;

/**
 * The body as its content type says: JSON as its value, text as text, anything else as words about it; null where there
 * is none. @throws UnreadableBody, or what the stream broke off with
 */
export const bodyOf = async (message: IncomingMessage): Promise<Body> => {
  const bytes = await bytesOf(message);
  if (bytes.length === 0) return { body: null };
  const type = message.headers["content-type"] ?? "";
  if (IS_JSON.test(type)) return parsed(textOf(bytes, type));
  if (type === "" || /^text\/|xml|x-www-form-urlencoded/i.test(type)) return { body: textOf(bytes, type) };
  return { body: `(${bytes.length} bytes of ${type.slice(0, 80)})` };
};
