import { ROOMS, type Room } from "../imports/rooms.ts";

const quoted = (paths: readonly string[]): string => paths.map((path) => `\`${path}\``).join(", ");

/** The lines at the top of a folder: what lives there, and what the check of imports lets it touch. */
export const roomDocument = ({ folder, lives, allows, types = [], handlers = [] }: Room): string =>
  [
    `# ${folder.replace(/\/$/, "")}`,
    "",
    lives,
    "",
    `May import ${quoted(allows.filter((path) => path !== folder))}; types of ${quoted(types)}; its handlers ${quoted(handlers)}.`,
    "",
  ].join("\n");

/** The rooms as rows of a table: folder and what lives there. */
export const roomRows = (): string[] => [
  "| folder | what lives there |",
  "|---|---|",
  ...ROOMS.map(({ folder, lives }) => `| [\`${folder}\`](../${folder}) | ${lives} |`),
];
