import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsSigner } from "../aws/signer.ts";
import { finalise } from "./finalise.ts";

const env = readEnvironment();

export const handler = finalise({
  ...awsRecords(env, awsTable(env)),
  ...awsFiles(env),
  ...awsBus(env),
  ...awsSigner(env),
});
