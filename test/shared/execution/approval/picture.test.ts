import { expect, it } from "vitest";
import { isPicture, MAX_PICTURE_BYTES, pictureInBase64 } from "../../../../shared/execution/approval/picture.ts";
import { SMALLEST_PICTURE } from "./smallest-picture.ts";

const BEGIN = [0xff, 0xd8, 0xff, 0xe0];
const ofBytes = (bytes: Uint8Array): string => `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
const ofSize = (size: number): string => {
  const bytes = new Uint8Array(size);
  bytes.set(BEGIN);
  return ofBytes(bytes);
};

it.each([1, 2, 3].map((more) => MAX_PICTURE_BYTES - more))("a JPEG of %i bytes is a picture, in full", (size) => {
  expect(isPicture(ofSize(size))).toBe(true);
  expect(Buffer.from(pictureInBase64(ofSize(size)) ?? "", "base64")).toHaveLength(size);
});

it.each([
  ["a larger one", ofSize(MAX_PICTURE_BYTES + 3)],
  ["a file of another kind that says it is a JPEG", ofBytes(Buffer.from("<svg onload=alert(1)>"))],
  ["another media type", SMALLEST_PICTURE.replace("jpeg", "svg+xml")],
  ["an address", "https://example.com/picture.jpg"],
  ["base64 that is cut off", SMALLEST_PICTURE.slice(0, -1)],
  ["what stands behind it", `${SMALLEST_PICTURE}" onerror="x`],
  ["no text", 7],
])("%s is no picture", (_, value) => {
  expect(isPicture(value)).toBe(false);
  expect(pictureInBase64(value)).toBeUndefined();
});
