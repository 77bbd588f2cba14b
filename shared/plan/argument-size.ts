/** Arguments of one step, as JSON text: they travel in requests for approval and in the ledger, whose items hold 400 KB. */
export const MAX_ARGUMENT_BYTES = 65_536;

/**
 * Bytes of a value as JSON text; counting ends once they are more than `most`. One value that stands in many places, as
 * references bring it, is never written out in full.
 */
const bytesUpTo = (value: unknown, most: number): number => {
  let bytes = 0;
  const open = [value];
  while (open.length > 0 && bytes <= most) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) bytes += bytesOfScalar(next);
    else if (Array.isArray(next)) {
      bytes += 2 + Math.max(0, next.length - 1);
      if (bytes <= most) open.push(...next);
    } else {
      const fields = Object.entries(next);
      bytes += 2 + Math.max(0, fields.length - 1);
      for (const [name, field] of fields) {
        if (bytes > most) break;
        bytes += Buffer.byteLength(JSON.stringify(name)) + 1;
        open.push(field);
      }
    }
  }
  return bytes;
};

/** Anything that is no JSON is somebody else's to refuse. */
const bytesOfScalar = (value: unknown): number =>
  typeof value === "string" ? Buffer.byteLength(JSON.stringify(value)) : String(value).length;

/**
 * Why arguments are too large for one step, naming the limit; undefined where they are not. Takes no longer for four
 * megabytes than for the limit, and so is asked first, of arguments that nobody has looked at.
 */
export const argumentSizeFault = (args: unknown): string | undefined => {
  const bytes = bytesUpTo(args, MAX_ARGUMENT_BYTES);
  if (bytes <= MAX_ARGUMENT_BYTES) return undefined;
  return `has ${bytes} bytes or more; the arguments of one step may have ${MAX_ARGUMENT_BYTES}`;
};
