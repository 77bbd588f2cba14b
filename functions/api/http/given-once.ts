/**
 * How many times a header came that is read once; one unless each part of it stands for itself. Two of one name are one to
 * whoever reads them, parted by commas, and whoever stands between may have joined them before (RFC 9110).
 */
export const timesGiven = (value: string, isWhole: (part: string) => boolean): number => {
  const parts = value.split(/,\s+/);
  return parts.every(isWhole) ? parts.length : 1;
};

/** The reason of a header that came more than once. */
export const giveOnce = (times: number): string => `is given ${times} times; give it once`;
