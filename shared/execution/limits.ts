/** Arguments of one step, as JSON text: they travel in requests for approval and in the ledger, whose items hold 400 KB. */
export const MAX_ARGUMENT_BYTES = 65_536;
