const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Deeper than what `buddy artifacts` writes. */
const MOST_LEVELS = 4;

// Chromium has no classes by these names: an entry itself says which it is.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A file, and the folder that it lies in. */
export type Found = { readonly folder: string; readonly file: File };

const filesIn = async (entry: FileSystemEntry, level: number): Promise<Found[]> => {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ folder: folderOf(entry.fullPath), file }];
  }
  if (!isFolder(entry) || level === 0) return [];
  const reader = entry.createReader();
  const found: Found[] = [];
  for (;;) {
    // A browser gives a hundred at a time.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const each of entries) found.push(...(await filesIn(each, level - 1)));
  }
};

/** The files of what was dropped: files, and those in folders. */
export const droppedFiles = async (data: DataTransfer): Promise<Found[]> => {
  // Taken at once: after the first wait the browser has forgotten them.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const found: Found[] = [];
  for (const entry of entries) if (entry !== null) found.push(...(await filesIn(entry, MOST_LEVELS)));
  return found;
};

/** The files of a folder that was chosen, and of those in it. */
export const chosenFiles = (files: Iterable<File>): Found[] =>
  [...files].map((file) => ({ folder: folderOf(file.webkitRelativePath), file }));
