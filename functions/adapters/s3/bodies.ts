import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Bodies } from "../../../shared/ports/bodies.ts";
import { openBody, sealedBody } from "../bodies.ts";
import { isRefused } from "./is-refused.ts";
import { bodyKey } from "./keys.ts";
import { readText } from "./read-text.ts";

/** Bodies as objects that are written once: a bucket with versions and locks keeps no second copy of the same body. */
export const s3Bodies = (client: S3Client, bucket: string): Bodies => ({
  put: async (prefix, value) => {
    const { ref, text } = sealedBody(prefix, value);
    const input = { Bucket: bucket, Key: bodyKey(ref.key), Body: text, ContentType: "application/json" };
    try {
      await client.send(new PutObjectCommand({ ...input, IfNoneMatch: "*" }));
    } catch (error) {
      // It is there, or somebody else is writing it now: under this key there is only one thing to write.
      if (!isRefused(error)) throw error;
    }
    return ref;
  },
  get: async (ref) => openBody(ref, await readText(client, bucket, bodyKey(ref.key))),
});
