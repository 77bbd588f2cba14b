import { awsDeps } from "../aws-deps.ts";
import { nextWave } from "./next-wave.ts";

export const handler = nextWave(awsDeps("mock"));
