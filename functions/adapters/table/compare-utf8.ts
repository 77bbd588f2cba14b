const ABOVE_BASIC_ORDER = /[\ud800-\uffff]/;

/**
 * Order of UTF-8 bytes, which is the database's. It differs from JavaScript's order of UTF-16 units only where
 * surrogates meet the characters above them.
 */
export const compareUtf8 = (left: string, right: string): number => {
  if (left === right) return 0;
  if (ABOVE_BASIC_ORDER.test(left) && ABOVE_BASIC_ORDER.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : 1;
};
