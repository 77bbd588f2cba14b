import { apiHandler } from "./aws-handler.ts";

export const handler = apiHandler("read");
