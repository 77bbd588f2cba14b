/** The text that bytes are in UTF-8; undefined where they are not, and would become another text. */
export const utf8Text = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder's only error: bytes that are no UTF-8.
    return undefined;
  }
};
