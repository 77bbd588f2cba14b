import type { Json } from "../../plan/json-value.ts";

/** Bytes of one picture. As text it has a third more: below 1 MiB, as everything that a tool brings. */
export const MAX_PICTURE_BYTES = 700_000;

const PREFIX = "data:image/jpeg;base64,";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;
/** Every JPEG file begins with these three bytes: `FF D8 FF`. */
const JPEG_BEGINS = "/9j/";

/**
 * A picture beside a preview, as a `data:` URL: what the page looked like on which the call would act. It is shown to
 * who decides, and is no part of what is sealed: two pictures of one page differ by a blinking caret.
 */
export const isPicture = (value: unknown): value is string => {
  if (typeof value !== "string" || !value.startsWith(PREFIX + JPEG_BEGINS)) return false;
  const base64 = value.slice(PREFIX.length);
  return base64.length <= Math.ceil(MAX_PICTURE_BYTES / 3) * 4 && BASE64.test(base64);
};

/** The file's bytes in base64; undefined where the value is no picture. */
export const pictureInBase64 = (value: Json): string | undefined =>
  isPicture(value) ? value.slice(PREFIX.length) : undefined;
