import { awsDeps } from "../aws-deps.ts";
import { health } from "./score.ts";

export const handler = health(awsDeps("mock"));
