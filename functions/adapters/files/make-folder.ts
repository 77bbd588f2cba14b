import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder, with those above it, where there is none. Node's own way does not end where nothing can be made in a
 * folder that is there, as below /proc, and says of a disk that is read-only that a name is missing.
 */
export const makeFolder = async (path: string, mode = 0o777): Promise<void> => {
  try {
    await makeLast(path, mode);
  } catch (error) {
    const parent = dirname(path);
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isAbsent || parent === path) throw error;
    if (!(await isFolder(parent))) await makeFolder(parent, mode);
    // Another may have made the folder above since the first attempt; where none can be made, this says so again.
    await makeLast(path, mode);
  }
};

/** Makes a folder in one that is there, unless it is there itself. */
const makeLast = async (path: string, mode: number): Promise<void> => {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
};

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
