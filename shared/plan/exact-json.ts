/** As short as an integer that may lose digits is. */
const LONG_INTEGER = /\d{16}/;

/**
 * JSON of a service as it wrote it: an integer that a number cannot hold is its digits as text, for as a number it would
 * be another's. @throws SyntaxError where it is no JSON
 */
export const parseExactJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (!LONG_INTEGER.test(text)) return value;
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    // Looking at each value takes stack, and parsing alone takes none: what is nested deeper than that is cut anyway.
    if (error instanceof RangeError) return value;
    throw error;
  }
};

const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  const loses = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  const { source = "" } = context ?? {};
  return loses && /^-?\d+$/.test(source) ? source : value;
};
