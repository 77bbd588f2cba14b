/** Stands where a secret stood, or a credential that was written out. */
export const MASK = "(secret)";
