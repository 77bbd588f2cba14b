import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { deployed } from "../aws/log.ts";
import { awsMetrics } from "../aws/metrics.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsSigner } from "../aws/signer.ts";
import { finalise } from "./finalise.ts";

const env = readEnvironment();

export const handler = deployed(
  env,
  {
    ...awsRecords(env, awsTable(env)),
    ...awsFiles(env),
    ...awsBus(env),
    ...awsMetrics(env),
    ...awsSigner(env),
  },
  finalise,
);
