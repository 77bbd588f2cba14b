import { systemHealth } from "../health/report.ts";
import { type Artifact, renderDocument } from "./artifact.ts";

/** Its readers know these fields; what could not be read, the assessment names in words. */
const fields = systemHealth.omit({ unread_executions: true });

export const systemHealthFile: Artifact = {
  name: "system_health.json",
  render: ({ health: { unread_executions: _, ...health } }) => renderDocument(fields, health),
};
