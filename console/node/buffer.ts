/**
 * The part of Node's Buffer that `shared/` uses, for a browser: bytes of a text or of other bytes, and back. The bundler
 * puts it where a module says `Buffer`.
 */
type Encoding = "utf8" | "hex" | "base64url";

const fromBase64url = (text: string): string =>
  atob(
    text
      .replaceAll("-", "+")
      .replaceAll("_", "/")
      .replaceAll(/[^A-Za-z0-9+/]/gu, ""),
  );

class Bytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding: Encoding = "utf8"): string {
    switch (encoding) {
      case "hex":
        return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
      case "base64url":
        return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", "");
      case "utf8":
        return new TextDecoder().decode(this);
    }
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, place) => byte === other[place]);
  }
}

const from = (given: string | ArrayLike<number>, encoding: Encoding = "utf8"): Bytes => {
  if (typeof given !== "string") return bytesOf(given);
  if (encoding !== "base64url") return bytesOf(new TextEncoder().encode(given));
  try {
    return bytesOf(Array.from(fromBase64url(given), (character) => character.charCodeAt(0)));
  } catch {
    // Node gives what can be read; what cannot is the text of no bytes.
    return bytesOf([]);
  }
};

const bytesOf = (given: ArrayLike<number>): Bytes => {
  const bytes = new Bytes(new ArrayBuffer(given.length));
  bytes.set(given);
  return bytes;
};

const concat = (parts: readonly Uint8Array[]): Bytes => {
  const whole = new Bytes(new ArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

export const Buffer = { from, concat, byteLength };
