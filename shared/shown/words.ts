const UNITS: readonly { name: string; seconds: number }[] = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
];

/** Seconds in at most two units: `2 d 3 h`, `4 min 10 s`, `0 s`. */
export const inWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  for (const [index, { name, seconds: size }] of UNITS.entries()) {
    if (whole < size) continue;
    const smaller = UNITS[index + 1] ?? { name: "s", seconds: 1 };
    const rest = Math.floor((whole % size) / smaller.seconds);
    return rest === 0
      ? `${Math.floor(whole / size)} ${name}`
      : `${Math.floor(whole / size)} ${name} ${rest} ${smaller.name}`;
  }
  return `${whole} s`;
};

/** `2026-01-31T12:00:00.123Z` as `2026-01-31 12:00:00Z`, which is UTC as well; anything else as it is. */
export const moment = (at: string): string => at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, "$1 $2Z");

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
