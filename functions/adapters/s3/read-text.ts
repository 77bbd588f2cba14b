import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";

/** @returns undefined when there is no such object. Needs s3:ListBucket: without it S3 answers 403 instead. */
export const readText = async (client: S3Client, Bucket: string, Key: string): Promise<string | undefined> => {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString("utf-8");
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};
