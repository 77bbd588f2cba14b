import { deserializeMessage, type JSONRPCMessage, ReadBuffer } from "@modelcontextprotocol/client";
import { LONGEST_MESSAGE_BYTES, LongMessage } from "./too-long.ts";

const LINE_END = 0x0a;

/** One line that is being read: its bytes, or what is told from one that is too long. */
type Line = { chunks: Buffer[]; bytes: number; long: LongMessage | undefined };

const emptyLine = (): Line => ({ chunks: [], bytes: 0, long: undefined });

/**
 * The messages of a program, one in each line. One that is too long is read past, and ends nothing but the request that it
 * answers: others share the program, and what they asked for is under way. The library's own buffer ends the program.
 */
export class MessageLines extends ReadBuffer {
  private line = emptyLine();
  private whole: Line[] = [];

  override append(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END)) {
      this.add(rest.subarray(0, end));
      this.whole.push(this.line);
      this.line = emptyLine();
      rest = rest.subarray(end + 1);
    }
    this.add(rest);
  }

  /** @throws ZodError for JSON that is no message */
  override readMessage(): JSONRPCMessage | null {
    for (let line = this.whole.shift(); line !== undefined; line = this.whole.shift()) {
      const message = line.long === undefined ? messageOf(line) : line.long.standIn();
      if (message !== undefined) return message;
    }
    return null;
  }

  override clear(): void {
    this.line = emptyLine();
    this.whole = [];
  }

  private add(bytes: Buffer): void {
    const { line } = this;
    line.bytes += bytes.length;
    if (line.long !== undefined) {
      line.long.add(bytes);
      return;
    }
    line.chunks.push(bytes);
    if (line.bytes <= LONGEST_MESSAGE_BYTES) return;
    line.long = new LongMessage();
    for (const each of line.chunks) line.long.add(each);
    line.chunks = [];
  }
}

/** Programs write other things to their stdout as well. */
const messageOf = ({ chunks }: Line): JSONRPCMessage | undefined => {
  try {
    return deserializeMessage(Buffer.concat(chunks).toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
