import type { Transformer } from "node:stream/web";
import { UnreadableBody } from "../http/answer.ts";
import { LONGEST_MESSAGE_BYTES, LongMessage } from "./too-long.ts";

/** A body is read to its end while it has no more bytes, so as to know what it answers; what is too long of it is not kept. */
export const MOST_READ_PAST_BYTES = 67_108_864;

/**
 * An answer of a server over HTTP with nothing in it that is longer than a message may be: one that is too long, as a whole
 * body or as an event of a stream, is told of by what it answers and how. @throws UnreadableBody in place of what is no message
 */
export const boundedBody = (response: Response): Response => {
  if (response.body === null) return response;
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  const reader = type.includes("text/event-stream") ? events() : wholeBody();
  return new Response(response.body.pipeThrough(new TransformStream(reader)), { status, headers });
};

type Reader = Transformer<Uint8Array, Uint8Array>;

const tooMany = () => new UnreadableBody(`its body has more than ${LONGEST_MESSAGE_BYTES} bytes`);

/** The bytes of something that ends; kept as they are while they are few enough to be a message. */
class Part {
  private chunks: Uint8Array[] = [];
  private bytes = 0;
  private long: LongMessage | undefined;
  /** Bytes before the message itself, such as the name of a field. */
  private readonly beginning: string;

  constructor(beginning = "") {
    this.beginning = beginning;
  }

  add(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    if (this.long !== undefined) this.long.add(bytes);
    else this.chunks.push(bytes);
    if (this.long !== undefined || this.bytes <= LONGEST_MESSAGE_BYTES) return;
    const kept = Buffer.concat(this.chunks);
    this.chunks = [];
    if (!kept.subarray(0, this.beginning.length).equals(Buffer.from(this.beginning))) throw tooMany();
    this.long = new LongMessage();
    this.long.add(kept.subarray(this.beginning.length));
  }

  /** @throws UnreadableBody where it is too long, and no message */
  whole(): Uint8Array {
    if (this.long === undefined) return Buffer.concat(this.chunks);
    const message = this.long.standIn();
    if (message === undefined) throw tooMany();
    return Buffer.from(this.beginning + JSON.stringify(message));
  }
}

const wholeBody = (): Reader => {
  const body = new Part();
  return {
    transform: (chunk) => body.add(chunk),
    flush: (controller) => controller.enqueue(body.whole()),
  };
};

const LINE_END = 0x0a;

const events = (): Reader => {
  let line = new Part("data:");
  let of_event = 0;
  const read = (): Uint8Array => {
    const whole = line.whole();
    line = new Part("data:");
    of_event = isEmpty(whole) ? 0 : of_event + whole.length;
    // Of an event that is told in several lines nothing is looked for.
    if (of_event > LONGEST_MESSAGE_BYTES) throw tooMany();
    return whole;
  };
  return {
    transform: (chunk, controller) => {
      let rest = chunk;
      for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END)) {
        line.add(rest.subarray(0, end));
        controller.enqueue(read());
        controller.enqueue(rest.subarray(end, end + 1));
        rest = rest.subarray(end + 1);
      }
      line.add(rest);
    },
    flush: (controller) => controller.enqueue(read()),
  };
};

/** A line without anything ends an event. */
const isEmpty = (line: Uint8Array): boolean => line.length === 0 || (line.length === 1 && line[0] === 0x0d);
