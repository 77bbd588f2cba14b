/** A number of so many digits is the same after it was written in decimals and read again (C's `DBL_DIG`). */
const SURE_DIGITS = 15;

/** From here on numbers are written with an exponent. */
const WITH_EXPONENT = 1e21;

/**
 * Whether a number is surely the one that was sent. Beyond 2^53 not every integer is a number, so that one which looks
 * whole may be another's identifier by now; one that is written with an exponent, in few digits, is a measure.
 */
export const isKeptNumber = (value: number): boolean => {
  if (!Number.isFinite(value)) return false;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return true;
  return Math.abs(value) >= WITH_EXPONENT && digitsOf(value) <= SURE_DIGITS;
};

const digitsOf = (value: number): number => value.toExponential().replace(/e.*$/, "").replace(/[-.]/g, "").length;

/**
 * Whether a number in text is an integer in digits that no number is exactly, and that `isKeptNumber` would not tell by
 * its value: programs write numbers so large with an exponent. One that is infinite as a number is not asked about.
 */
export const losesDigits = (text: string): boolean => {
  if (!/^-?\d{22,309}$/.test(text)) return false;
  const value = Number(text);
  return Number.isFinite(value) && BigInt(text) !== BigInt(value);
};
