/** As little of a JPEG as is one by its first bytes. */
export const SMALLEST_PICTURE = `data:image/jpeg;base64,${Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString("base64")}`;
