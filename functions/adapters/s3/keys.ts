/** Folders of the bucket: functions are granted one or the other. */
export const bodyKey = (key: string): string => `bodies/${key}`;
export const artifactFolder = (execution_id: string): string => `artifacts/${execution_id}/`;
