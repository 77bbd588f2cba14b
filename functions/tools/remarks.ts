import type { NotUndoable } from "../../shared/execution/call-outcome.ts";

/**
 * Remarks on a tool's answer, in words: what had to be left out of it, where it is not what its contract's output_schema
 * promises, and why the call cannot be undone by it.
 */
export type Remarks = { readonly cut?: string | null; readonly unfit?: string } & NotUndoable;

/**
 * The words that are on record beside a tool's answer: what was left out of it, where it is not what the contract
 * promises, and why the call cannot be undone by it.
 */
export const cutInWords = ({ cut, unfit, not_undoable }: Remarks): string | null => {
  const words = [
    ...(typeof cut === "string" ? [`the tool's answer was cut: ${cut}`] : []),
    ...(unfit !== undefined ? [`its output does not fit its output_schema: ${unfit}`] : []),
    ...(not_undoable !== undefined ? [`it cannot be undone as its contract says: ${not_undoable}`] : []),
  ];
  return words.length === 0 ? null : words.join("; ");
};
