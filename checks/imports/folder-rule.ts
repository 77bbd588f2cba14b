/** The imports that the files under a folder may have. Folders are project paths; what is not listed is not allowed. */
export type FolderRule = {
  readonly folder: string;
  readonly allows: readonly string[];
  /** Folders of which only types may be imported. */
  readonly types?: readonly string[];
  /** Folders that its handlers, and its files that are called `aws-…`, may import besides. */
  readonly handlers?: readonly string[];
  /** Files that are loaded only when needed, by `import()`. */
  readonly dynamic?: readonly string[];
  /** Packages and modules of Node; undefined: any. */
  readonly packages?: readonly string[];
};
