import type { Bodies } from "../../../shared/ports/bodies.ts";
import { openBody, sealedBody } from "../bodies.ts";

export const memoryBodies = (): Bodies => {
  const texts = new Map<string, string>();
  return {
    put: async (prefix, value) => {
      const { ref, text } = sealedBody(prefix, value);
      texts.set(ref.key, text);
      return ref;
    },
    get: async (ref) => openBody(ref, texts.get(ref.key)),
  };
};
