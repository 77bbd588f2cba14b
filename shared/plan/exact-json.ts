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
  return isKeptAsText(value, source) ? source : value;
};

const isKeptAsText = (value: number, source: string): boolean =>
  !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source));

/** Whether a number that stands for `source` is kept as a number, and says that very number when it is written. */
export const isHeldExactly = (value: number, source: string): boolean =>
  !isKeptAsText(value, source) && decimalOf(source) === decimalOf(String(value));

/** Longer than any number that a double holds is written by anybody; work on longer ones would grow with their square. */
const LONGEST_NUMBER = 400;

/** The digits of a number and their place, however it is written; undefined for one that is longer than anybody's. */
const decimalOf = (text: string): string | undefined => {
  if (text.length > LONGEST_NUMBER) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const telling = digits.replace(/0+$/, "");
  const place = Number(exponent) - fraction.length + digits.length - telling.length;
  return telling === "" ? "0" : `${sign}${telling}e${place}`;
};
