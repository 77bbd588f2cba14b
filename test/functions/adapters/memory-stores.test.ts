import { describe } from "vitest";
import { memoryArtifactFiles } from "../../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../../functions/adapters/memory/bodies.ts";
import { describeArtifactFiles, describeBodies } from "../../ports/bodies.ts";

describe("in memory", () => {
  describeBodies(async () => memoryBodies());
  describeArtifactFiles(async () => memoryArtifactFiles());
});
