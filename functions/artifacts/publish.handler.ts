import { awsDeps } from "../aws-deps.ts";
import { publish } from "./publish.ts";

export const handler = publish(awsDeps("mock"));
