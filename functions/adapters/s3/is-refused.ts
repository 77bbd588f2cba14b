import { S3ServiceException } from "@aws-sdk/client-s3";

/**
 * The errors with which S3 answers a put whose condition does not hold. 412: something else stands there. 409: somebody
 * is at it.
 */
const REFUSALS: ReadonlySet<number | undefined> = new Set([412, 409]);

/** `NoSuchKey`, too: what was to be replaced is there no more. */
export const isRefused = (error: unknown): boolean =>
  error instanceof S3ServiceException && (REFUSALS.has(error.$metadata.httpStatusCode) || error.name === "NoSuchKey");
