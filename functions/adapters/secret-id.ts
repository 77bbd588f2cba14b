import { randomBytes } from "node:crypto";

/** 256 random bits in the alphabet of base64url: 43 letters. */
export const secretId = (): string => randomBytes(32).toString("base64url");
