import { Surprise } from "../plan/surprise.ts";

/** A record that the store cannot hold: too large, or no text. Not retryable; the record's own fault, not the store's. */
export abstract class Unstorable extends Surprise {}

/** The value that came of a write, or `otherwise` where the store refused it for good. */
export const unlessUnstorable = async <Value, Otherwise>(
  write: () => Promise<Value>,
  otherwise: (refused: Unstorable) => Otherwise | Promise<Otherwise>,
): Promise<Value | Otherwise> => {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    return otherwise(error);
  }
};
