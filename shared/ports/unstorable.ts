import { Surprise } from "../plan/surprise.ts";

/** A record that the store cannot hold: too large, or no text. Not retryable; the record's own fault, not the store's. */
export abstract class Unstorable extends Surprise {}
