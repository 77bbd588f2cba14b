import { PutObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";
import { artifactFolder } from "./keys.ts";
import { readText } from "./read-text.ts";

const contentType = (name: string): string =>
  name.endsWith(".jsonl") ? "application/x-ndjson" : name.endsWith(".json") ? "application/json" : "text/plain";

/** Files of an execution as objects; the bucket's versions keep what a later one replaces. */
export const s3ArtifactFiles = (client: S3Client, bucket: string): ArtifactFiles => ({
  write: async (execution_id, name, content) => {
    const Key = artifactFolder(execution_id) + name;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content, ContentType: contentType(name) }));
  },
  read: (execution_id, name) => readText(client, bucket, artifactFolder(execution_id) + name),
  list: async (execution_id) => {
    const Prefix = artifactFolder(execution_id);
    const names: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix })) {
      names.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(Prefix.length)])));
    }
    return names.sort();
  },
});
