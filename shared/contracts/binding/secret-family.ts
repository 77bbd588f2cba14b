/**
 * Two families, kept apart also where both hold the same text: DRY_RUN is given the first and can never ask for one of
 * the second.
 */
export type SecretFamily = "read" | "write";
