import { systemHealth } from "../health/report.ts";
import { type Artifact, renderDocument } from "./artifact.ts";

export const systemHealthFile: Artifact = {
  name: "system_health.json",
  render: ({ health }) => renderDocument(systemHealth, health),
};
