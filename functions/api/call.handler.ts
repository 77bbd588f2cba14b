import { awsCarrier } from "../run/aws-carrier.ts";
import { apiHandler } from "./aws-handler.ts";
import { callEndpoints } from "./call/endpoints.ts";

export const handler = apiHandler({ serves: callEndpoints }, awsCarrier);
