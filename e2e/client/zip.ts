import { crc32 } from "node:zlib";

/** A zip archive of one file, stored as it is: what Lambda takes as a function's code (APPNOTE 6.3, sections 4.3.7 to 4.3.16). */
export const zipOf = (name: string, content: Uint8Array): Buffer => {
  const file = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  // Of the first of January 1980, the first day there is.
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, file, content]);
  // Made on Unix, and readable by whoever runs it.
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE((0o100_644 << 16) >>> 0, 6);
  const central = Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), fields, attributes, file]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
};
