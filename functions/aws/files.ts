import { S3Client } from "@aws-sdk/client-s3";
import { s3ArtifactFiles } from "../adapters/s3/artifact-files.ts";
import { s3Bodies } from "../adapters/s3/bodies.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** Bodies and artifacts, in the bucket. */
export const awsFiles = (env: Environment): Pick<Deps, "bodies" | "artifactFiles"> => {
  const s3 = new S3Client({});
  return { bodies: s3Bodies(s3, env.BODIES_BUCKET), artifactFiles: s3ArtifactFiles(s3, env.BODIES_BUCKET) };
};
