import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Visit } from "../../../shared/ports/pages.ts";

type SigningIn = {
  readonly visit: Visit;
  /** The pause after which the call is worth another try, where it could not be signed in for want of a secret. */
  heldUp(): PushBack;
};

/**
 * A visit that remembers whether its page could not be signed in to for want of a secret for writing: nothing was done
 * then, an operator puts it right, and nobody could know before, since what is previewed may not use that secret.
 */
export const signingIn = (visit: Visit): SigningIn => {
  const { sign_in } = visit;
  if (sign_in === undefined) return { visit, heldUp: () => ({}) };
  let isHeldUp = false;
  const watched: typeof sign_in = async (family) => {
    const made = await sign_in(family);
    isHeldUp = family === "write" && !made.ok;
    return made;
  };
  return { visit: { ...visit, sign_in: watched }, heldUp: () => (isHeldUp ? { again_in_seconds: 0 } : {}) };
};
