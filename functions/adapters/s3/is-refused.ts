import { S3ServiceException } from "@aws-sdk/client-s3";

/** What S3 answers to a put whose condition does not hold: something else stands there, nothing does, or somebody is at it. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([412, 404, 409]);

export const isRefused = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name !== "NoSuchBucket" && REFUSALS.has(error.$metadata.httpStatusCode);
