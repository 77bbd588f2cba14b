/**
 * Remarks on a tool's answer, in words: what had to be left out of it, and where it is not what its
 * contract's output_schema promises.
 */
export type Remarks = { readonly cut?: string | null; readonly unfit?: string };

/**
 * The words that are on record beside a tool's answer: what was left out of it, and where it is not what the contract
 * promises.
 */
export const cutInWords = ({ cut, unfit }: Remarks): string | null => {
  const words = [
    ...(typeof cut === "string" ? [`the tool's answer was cut: ${cut}`] : []),
    ...(unfit !== undefined ? [`its output does not fit its output_schema: ${unfit}`] : []),
  ];
  return words.length === 0 ? null : words.join("; ");
};
