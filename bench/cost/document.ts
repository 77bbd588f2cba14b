import { costTables } from "./tables.ts";

const BEGIN = "<!-- Written by `npm run docs` between this line and the next such. Change bench/cost instead. -->";
const END = "<!-- Until here. -->";

/** The document with its tables as they should be now. @throws Error when the document has lost their place */
export const withCostTables = async (document: string): Promise<string> => {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the lines "${BEGIN}" and "${END}" are gone`);
  return `${before}${BEGIN}\n\n${await costTables()}\n\n${END}${after}`;
};
