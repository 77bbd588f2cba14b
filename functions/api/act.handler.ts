import { awsWaker } from "../aws/waker.ts";
import { actEndpoints } from "./act/endpoints.ts";
import { apiHandler } from "./aws-handler.ts";

export const handler = apiHandler({ serves: actEndpoints }, awsWaker);
