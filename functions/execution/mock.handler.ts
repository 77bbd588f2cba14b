import { awsDeps } from "../aws-deps.ts";
import { mock } from "./mock.ts";

export const handler = mock(awsDeps("mock"));
