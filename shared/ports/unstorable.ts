/** A record that the store cannot hold: too large, or no text. Not retryable; the record's own fault, not the store's. */
export class Unstorable extends Error {}
