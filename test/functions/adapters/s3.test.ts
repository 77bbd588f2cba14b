import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import { s3ArtifactFiles } from "../../../functions/adapters/s3/artifact-files.ts";
import { s3Bodies } from "../../../functions/adapters/s3/bodies.ts";
import { mockedClient } from "../../harness/mocked-client.ts";
import { describeArtifactFiles, describeBodies } from "../../ports/bodies.ts";

const s3 = mockedClient(S3Client);
const client = new S3Client({ region: "eu-central-1" });

const failure = (status: number, name: string): S3ServiceException =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode: status }, message: name });

/** As much of a bucket as the adapters rest on: conditional puts, and listings of two keys a page. */
const fakeBucket = (): void => {
  const objects = new Map<string, string>();
  const etags = new Map<string, string>();
  s3.reset();
  s3.on(PutObjectCommand).callsFake(({ Key, Body, IfNoneMatch, IfMatch }) => {
    if (IfNoneMatch === "*" && objects.has(Key)) throw failure(412, "PreconditionFailed");
    if (IfMatch !== undefined && !objects.has(Key)) throw failure(404, "NoSuchKey");
    if (IfMatch !== undefined && etags.get(Key) !== IfMatch) throw failure(412, "PreconditionFailed");
    objects.set(Key, Body);
    etags.set(Key, `"${s3.commandCalls(PutObjectCommand).length}"`);
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const text = objects.get(Key);
    if (text === undefined) throw new NoSuchKey({ message: "none", $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: async () => text } };
  });
  s3.on(ListObjectsV2Command).callsFake(({ Prefix, ContinuationToken }) => {
    const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
    const from = Number(ContinuationToken ?? 0);
    const more = from + 2 < keys.length;
    const Contents = keys.slice(from, from + 2).map((Key) => ({ Key, ETag: etags.get(Key) }));
    return { Contents, IsTruncated: more, ...(more ? { NextContinuationToken: String(from + 2) } : {}) };
  });
};

beforeEach(fakeBucket);

describe("in S3", () => {
  describeBodies(async () => s3Bodies(client, "bucket"));
  describeArtifactFiles(async () => s3ArtifactFiles(client, "bucket"));

  it("bodies and artifacts have folders of their own, and only artifacts are replaced", async () => {
    const ref = await s3Bodies(client, "bucket").put("e1", { a: 1 });
    await s3ArtifactFiles(client, "bucket").write("e1", "log.jsonl", "{}\n", null);
    await s3ArtifactFiles(client, "bucket").write("e1", "log.jsonl", "{}{}\n", '"2"');
    const puts = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
    expect(puts).toMatchObject([
      { Bucket: "bucket", Key: `bodies/${ref.key}`, IfNoneMatch: "*", ContentType: "application/json" },
      { Bucket: "bucket", Key: "artifacts/e1/log.jsonl", IfNoneMatch: "*", ContentType: "application/x-ndjson" },
      { Bucket: "bucket", Key: "artifacts/e1/log.jsonl", IfMatch: '"2"' },
    ]);
    expect(puts[2]).not.toHaveProperty("IfNoneMatch");
  });

  it("a body that somebody else is writing at this moment counts as written", async () => {
    s3.on(PutObjectCommand).rejects(failure(409, "ConditionalRequestConflict"));
    await expect(s3Bodies(client, "bucket").put("e1", 1)).resolves.toHaveProperty("key");
  });

  it("an artifact that somebody else is writing at this moment is left to them", async () => {
    s3.on(PutObjectCommand).rejects(failure(409, "ConditionalRequestConflict"));
    expect(await s3ArtifactFiles(client, "bucket").write("e1", "a.json", "{}", null)).toBe("moved");
  });

  it("an artifact that is there no more is no artifact to replace", async () => {
    expect(await s3ArtifactFiles(client, "bucket").write("e1", "gone.json", "{}", '"1"')).toBe("moved");
  });

  it("a bucket that is not there is no artifact that changed", async () => {
    s3.on(PutObjectCommand).rejects(failure(404, "NoSuchBucket"));
    await expect(s3ArtifactFiles(client, "bucket").write("e1", "a.json", "{}", null)).rejects.toThrow("NoSuchBucket");
    await expect(s3Bodies(client, "bucket").put("e1", 1)).rejects.toThrow("NoSuchBucket");
  });

  it("other failures of S3 are told", async () => {
    s3.on(PutObjectCommand).rejects(failure(403, "AccessDenied"));
    s3.on(GetObjectCommand).rejects(failure(403, "AccessDenied"));
    await expect(s3Bodies(client, "bucket").put("e1", 1)).rejects.toThrow("AccessDenied");
    await expect(s3Bodies(client, "bucket").get({ key: "k", digest: "d" })).rejects.toThrow("AccessDenied");
    await expect(s3ArtifactFiles(client, "bucket").read("e1", "a.json")).rejects.toThrow("AccessDenied");
    await expect(s3ArtifactFiles(client, "bucket").write("e1", "a.json", "", null)).rejects.toThrow("AccessDenied");
  });
});
