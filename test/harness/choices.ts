/** A stream of choices: the numbers that a property is given, then 0 for ever, which is always the benign one. */
export type Choices = { readonly of: (count: number) => number; readonly left: () => number };

export const choicesFrom = (numbers: readonly number[]): Choices => {
  let at = 0;
  return {
    of: (count) => {
      const number = numbers[at] ?? 0;
      at += 1;
      return number % count;
    },
    left: () => numbers.length - at,
  };
};
