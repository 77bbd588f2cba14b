/**
 * The text that a preview shows a person, summary and changes as JSON text: a field's old and new value, each as large
 * as arguments may be. With arguments, edited ones and the plan's words beside it a request stays below 400 KB.
 */
export const MAX_PREVIEW_BYTES = 131_072;

/**
 * The values that undo a call, as JSON text. A ledger row holds arguments (64 KB), the undo as it was prepared, the
 * output where it is small (64 KB) and the undo once more, twice as large at most: 64 + 48 + 64 + 96 = 272 KB, and an
 * outcome that came late beside it 112 KB: 384 of 400.
 */
export const MAX_UNDO_BYTES = 49_152;

/** One output, as JSON text. It is kept as a body; who waits for the step gets it in one answer, which may have 4 MiB. */
export const MAX_OUTPUT_BYTES = 1_048_576;
