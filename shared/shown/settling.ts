/** Decisions that settle a request in its favour: who may only stop it is not asked for it. */
const SETTLING: readonly string[] = ["approve", "happened", "did_not_happen", "undone", "accepted"];

/** Whether a request is somebody's to decide, by the decisions that they may make on it. */
export const isToDecide = ({ you_may }: { readonly you_may: readonly string[] }): boolean =>
  you_may.some((word) => SETTLING.includes(word));
