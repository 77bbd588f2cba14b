import type { z } from "zod";

/** The forms that such bodies are described in, by their schemas. */
const described = new WeakMap<z.ZodType, z.ZodType>();

/**
 * The schema of a body that tells of something that is over, which a refusal would only lose: it makes of the body what can
 * be kept, and refuses nothing but another form.
 */
export const answer = <Body extends z.ZodType>(body: Body, as: z.ZodType): Body => {
  described.set(body, as);
  return body;
};

/** The form that a body is described in which is such an answer; undefined of any other. */
export const formOfAnswer = (body: z.ZodType): z.ZodType | undefined => described.get(body);
