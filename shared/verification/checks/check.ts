import type { Case } from "../case.ts";
import type { CheckName, Findings } from "../finding.ts";

/** One thing that is verified. @returns how many things it looked at */
export type Check = { readonly name: CheckName; readonly run: (verified: Case, findings: Findings) => number };
