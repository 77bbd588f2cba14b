import type { EvidenceFile } from "../../shared/verification/read-manifests.ts";

/** Deeper than what `buddy artifacts` writes. */
const MOST_LEVELS = 4;

// Chromium has no classes by these names: an entry itself says which it is.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const filesIn = async (entry: FileSystemEntry, level: number): Promise<File[]> => {
  if (isFile(entry)) {
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  }
  if (!isFolder(entry) || level === 0) return [];
  const reader = entry.createReader();
  const found: File[] = [];
  for (;;) {
    // A browser gives a hundred at a time.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const each of entries) found.push(...(await filesIn(each, level - 1)));
  }
};

/** The files of what was dropped: files, and those in folders. */
export const droppedFiles = async (data: DataTransfer): Promise<File[]> => {
  // Taken at once: after the first wait the browser has forgotten them.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const found: File[] = [];
  for (const entry of entries) if (entry !== null) found.push(...(await filesIn(entry, MOST_LEVELS)));
  return found;
};

export const evidenceOf = (files: readonly File[]): Promise<EvidenceFile[]> =>
  Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
