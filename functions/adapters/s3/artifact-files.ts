import { PutObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";
import { isRefused } from "./is-refused.ts";
import { artifactFolder } from "./keys.ts";
import { readText } from "./read-text.ts";

const contentType = (name: string): string =>
  name.endsWith(".jsonl") ? "application/x-ndjson" : name.endsWith(".json") ? "application/json" : "text/plain";

/**
 * Files of an execution as objects; the bucket's versions keep what a later one replaces. A tag is the object's ETag.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const s3ArtifactFiles = (client: S3Client, bucket: string): ArtifactFiles => {
  const tags: ArtifactFiles["tags"] = async (execution_id) => {
    const Prefix = artifactFolder(execution_id);
    const found = new Map<string, string>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix })) {
      for (const { Key, ETag } of Contents) {
        if (Key !== undefined && ETag !== undefined) found.set(Key.slice(Prefix.length), ETag);
      }
    }
    return found;
  };
  return {
    tags,
    write: async (execution_id, name, content, seen) => {
      const Key = artifactFolder(execution_id) + name;
      const object = { Bucket: bucket, Key, Body: content, ContentType: contentType(name) };
      const condition = seen === null ? { IfNoneMatch: "*" } : { IfMatch: seen };
      try {
        await client.send(new PutObjectCommand({ ...object, ...condition }));
        return "written";
      } catch (error) {
        if (isRefused(error)) return "moved";
        throw error;
      }
    },
    read: (execution_id, name) => readText(client, bucket, artifactFolder(execution_id) + name),
    list: async (execution_id) => [...(await tags(execution_id)).keys()].sort(),
  };
};
