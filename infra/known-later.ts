import { Token, Tokenization } from "aws-cdk-lib";
import { z } from "zod";

/** Settings are no deeper; a value that is may lead in circles. */
const DEEPEST = 2;

/** Whether a value, or any part of it, is known only at deployment, as what CloudFormation gives a resource is. */
export const isKnownLater = (value: unknown, depth = 0): boolean =>
  Token.isUnresolved(value) || (depth < DEEPEST && partsOf(value).some((part) => isKnownLater(part, depth + 1)));

/** Of a list or a plain object; a construct is no value, though it has some. */
const partsOf = (value: unknown): unknown[] => {
  const isPlain = Array.isArray(value) || (value !== null && Object.getPrototypeOf(Object(value)) === Object.prototype);
  return isPlain ? Object.values(Object(value)) : [];
};

/** The text with another one in each place of what is known only at deployment. */
export const withInstead = (text: string, instead: string): string => {
  const parts = Tokenization.reverseString(text).mapTokens({ mapToken: () => instead });
  return String(parts.join({ join: (before = "", after = "") => `${before}${after}` }) ?? "");
};

/**
 * An address of which a host or another part may be known only at deployment, since nothing is made of it before: it is
 * right where it would be with any text in that place. A text that begins with such a part is taken for an address of https.
 */
export const addressKnownLater = (address: z.ZodType<string, string>) =>
  z
    .string()
    .trim()
    .superRefine((text, { addIssue }) => {
      const filled = withInstead(text, "later");
      const whole = isKnownLater(text) && filled.startsWith("later") ? `https://${filled}` : filled;
      if (!address.safeParse(whole).success) addIssue({ code: "invalid_format", format: "url", input: text });
    });
