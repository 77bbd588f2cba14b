import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { parseExactJson } from "../../../shared/plan/exact-json.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { mendJson } from "../../../shared/plan/mend-json.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";

/** As large as an output may be, counted after decompression. */
export const MAX_BODY_BYTES = 1_048_576;

/** The answer cannot be read: it broke off, is too large, or is not what it says it is. */
export class UnreadableBody extends Surprise {
  override readonly name = "UnreadableBody";
}

const decoderOf = (encoding: string): Duplex | undefined => {
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

/** The body's bytes as they come, decompressed. @throws UnreadableBody, or what the stream broke off with */
export async function* chunksOf(message: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = (message.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const decoder = encoding === "identity" || encoding === "" ? undefined : decoderOf(encoding);
  // A message that breaks off must end what reads its decompressed form, too.
  if (decoder !== undefined) message.once("error", (error) => decoder.destroy(error));
  const source = decoder === undefined ? message : message.pipe(decoder);
  let size = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new UnreadableBody(`its body has more than ${MAX_BODY_BYTES} bytes`);
    yield bytes;
  }
}

const bytesOf = async (message: IncomingMessage): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(chunksOf(message)));

const textOf = (bytes: Buffer, type: string): string => {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    throw new UnreadableBody(`its body is written in ${charset}, which cannot be read`);
  }
};

const parsed = (text: string): Json => {
  try {
    return mendJson(parseExactJson(text), MAX_BODY_BYTES).value;
  } catch (cause) {
    throw new UnreadableBody("its body is no JSON, though it says so", { cause });
  }
};

/**
 * The body as its content type says: JSON as its value, text as text, anything else as words about it; null where there
 * is none. @throws UnreadableBody, or what the stream broke off with
 */
export const bodyOf = async (message: IncomingMessage): Promise<Json> => {
  const bytes = await bytesOf(message);
  if (bytes.length === 0) return null;
  const type = message.headers["content-type"] ?? "";
  if (/^[\w.+-]+\/(?:[\w.+-]+\+)?json\b/i.test(type)) return parsed(textOf(bytes, type));
  if (type === "" || /^text\/|xml|x-www-form-urlencoded/i.test(type)) return textOf(bytes, type);
  return `(${bytes.length} bytes of ${type.slice(0, 80)})`;
};
