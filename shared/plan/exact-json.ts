/** As short as an integer that may lose digits is, and as an exponent that leads beyond all numbers. */
const MAY_BE_LOST = /\d{16}|[eE]\+?\d{3}/;

/**
 * JSON of a service as it wrote it: a number that none here is (an integer of more digits, or beyond 1.8e308, which
 * would be infinite) is kept as text, as it was written, for as a number it would be another's or nothing.
 * @throws SyntaxError where it is no JSON
 */
export const parseExactJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (!MAY_BE_LOST.test(text)) return value;
  try {
    return JSON.parse(text, asWritten);
  } catch (error) {
    // Looking at each value takes stack, and parsing alone takes none: what is nested deeper than that is cut anyway.
    if (error instanceof RangeError) return value;
    throw error;
  }
};

const asWritten = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  if (typeof value !== "number") return value;
  const { source = "" } = context ?? {};
  if (!Number.isFinite(value)) return source;
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
};
