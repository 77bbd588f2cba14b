import { randomUUID } from "node:crypto";
import { deserializeMessage, type JSONRPCMessage, ProtocolError } from "@modelcontextprotocol/client";
import { z } from "zod";
import { Surprise } from "../../../shared/plan/surprise.ts";
import { MAX_BODY_BYTES } from "../http/answer.ts";

/** A message of a server may have as many bytes as any other answer. */
export const LONGEST_MESSAGE_BYTES = MAX_BODY_BYTES;

/** An answer was read past, since it has more bytes than are kept of one: its server is well, and so is the connection. */
export class TooLong extends Surprise {
  override readonly name = "TooLong";
  constructor(bytes: number) {
    super(`its answer has ${bytes} bytes, of which at most ${LONGEST_MESSAGE_BYTES} are read`);
  }
}

/** An error as it is of a question whose answer was too long: the library hands only errors of servers to whoever asked. */
export const asTooLong = (error: unknown): unknown =>
  error instanceof ProtocolError ? (tooLongOf(error.data) ?? error) : error;

const INTERNAL_ERROR = -32_603;

const CARRIED = "buddy/too_long";

/** Told to nobody: what a server says of itself is never taken for what was found here. */
const OURS = randomUUID();

const mark = z.object({ found: z.literal(OURS), bytes: z.number() });

const tooLongOf = (value: unknown): TooLong | undefined => {
  const { success, data } = mark.safeParse(value);
  return success ? new TooLong(data.bytes) : undefined;
};

/** The answer that a result stands in for; undefined for one that is whole. */
export const tooLongIn = (meta: { readonly [key: string]: unknown } | undefined): TooLong | undefined =>
  tooLongOf(meta?.[CARRIED]);

/** Bytes of texts, and of all that is kept, beyond which nothing is looked for: the protocol's own words are short. */
const LONGEST_TEXT = 256;
const MOST_KEPT = 65_536;

/** Containers within a message, such as a result, whose own fields are kept; of what is in these, that they are there. */
const DEPTH_KEPT = 2;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/**
 * A message that is too long to be kept, read as it comes: enough of it to know which request it answers, and how. Long
 * texts in it are empty, and so is what is nested in its result.
 */
export class LongMessage {
  private bytes = 0;
  private kept: number[] = [];
  private text: number[] | undefined;
  private escaped = false;
  private depth = 0;

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    for (const byte of chunk) {
      if (this.text !== undefined) this.inText(this.text, byte);
      else if (byte === QUOTE) this.text = [byte];
      else this.besideText(byte);
    }
  }

  /**
   * @returns what is to be handed on in its place: a tool's result, which happened, says that its content was cut; any
   * other answer is the error `TooLong` for who asked. Undefined where it is no message, or which one cannot be told
   */
  standIn(): JSONRPCMessage | undefined {
    const message = messageIn(Buffer.from(this.kept).toString());
    if (message === undefined || !("result" in message)) return message;
    const { message: words } = new TooLong(this.bytes);
    const found = { found: OURS, bytes: this.bytes } satisfies z.infer<typeof mark>;
    const { content, structuredContent, ...rest } = message.result;
    if (content === undefined && structuredContent === undefined) {
      const error = { code: INTERNAL_ERROR, message: words, data: found };
      return { jsonrpc: "2.0", id: message.id, error };
    }
    const cut = [{ type: "text", text: `[cut: ${words}]` }];
    return { ...message, result: { ...rest, content: cut, _meta: { [CARRIED]: found } } };
  }

  private inText(text: number[], byte: number): void {
    if (text.length <= LONGEST_TEXT) text.push(byte);
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.text = undefined;
      this.keep(text.length <= LONGEST_TEXT ? text : [QUOTE, QUOTE]);
    }
  }

  private besideText(byte: number): void {
    if (CLOSING.has(byte)) this.depth -= 1;
    this.keep([byte]);
    if (OPENING.has(byte)) this.depth += 1;
  }

  private keep(bytes: readonly number[]): void {
    if (this.depth <= DEPTH_KEPT && this.kept.length < MOST_KEPT) this.kept.push(...bytes);
  }
}

const messageIn = (text: string): JSONRPCMessage | undefined => {
  try {
    return deserializeMessage(text);
  } catch {
    return undefined;
  }
};
