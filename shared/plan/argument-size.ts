/** Arguments of one step, as JSON text: they travel in requests for approval and in the ledger, whose items hold 400 KB. */
export const MAX_ARGUMENT_BYTES = 65_536;

/** Bytes of a name or value as JSON text; anything that is no JSON is somebody else's to refuse. */
type Measure = (scalar: unknown) => number;

const exactly: Measure = (scalar) =>
  typeof scalar === "string" ? Buffer.byteLength(JSON.stringify(scalar)) : String(scalar).length;

/** `\u001f` is the longest that one UTF-16 unit becomes. */
const BYTES_OF_UNIT = 6;

/** `-1.2345678901234568e-300` is the longest number. */
const BYTES_OF_NUMBER = 24;

/** No fewer than it has, and quickly told. */
const atMost: Measure = (scalar) => {
  if (typeof scalar === "string") return 2 + BYTES_OF_UNIT * scalar.length;
  return typeof scalar === "number" ? BYTES_OF_NUMBER : exactly(scalar);
};

/**
 * Bytes of a value as JSON text; counting ends once they are more than `most`. One value that stands in many places, as
 * references bring it, is never written out in full.
 */
const bytesUpTo = (value: unknown, most: number, measure: Measure): number => {
  let bytes = 0;
  const open = [value];
  while (open.length > 0 && bytes <= most) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) bytes += measure(next);
    else if (Array.isArray(next)) {
      bytes += 2 + Math.max(0, next.length - 1);
      if (bytes <= most) open.push(...next);
    } else {
      const names = Object.keys(next);
      bytes += 2 + Math.max(0, names.length - 1);
      for (const name of names) {
        if (bytes > most) break;
        bytes += measure(name) + 1;
        open.push(Reflect.get(next, name));
      }
    }
  }
  return bytes;
};

/**
 * Why arguments are too large for one step, naming the limit; undefined where they are not. Takes no longer for four
 * megabytes than for the limit, and so is asked first, of arguments that nobody has looked at.
 */
export const argumentSizeFault = (args: unknown): string | undefined => {
  if (bytesUpTo(args, MAX_ARGUMENT_BYTES, atMost) <= MAX_ARGUMENT_BYTES) return undefined;
  const bytes = bytesUpTo(args, MAX_ARGUMENT_BYTES, exactly);
  if (bytes <= MAX_ARGUMENT_BYTES) return undefined;
  return `has ${bytes} bytes or more; the arguments of one step may have ${MAX_ARGUMENT_BYTES}`;
};
