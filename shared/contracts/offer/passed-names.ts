import { serverName } from "../binding/mcp/mcp-server.ts";
import {
  LONGEST_OWN_ADDRESS,
  type PassedBlock,
  type PassedMessages,
  type PassedPrompt,
  type PassedReading,
  type PassedTemplate,
  passedAddress,
  passedName,
} from "./passed-on.ts";

/** Something of a server behind, by the server and the name or address that the server itself gives it. */
export type OfServer = { readonly server: string; readonly own: string };

const SCHEME = "buddy://";
const LONGEST_SERVER = 64;
/** Characters of the longest address of a resource here. */
export const LONGEST_ADDRESS = SCHEME.length + LONGEST_SERVER + "/".length + LONGEST_OWN_ADDRESS;

/**
 * `notes.summary`, `buddy://notes/file:///a.txt`: the server stands before its own name, which is kept as it is. A server's
 * name has neither `.` nor `/`, so that two never become one, and a template before which it stands is one still.
 */
export const promptName = ({ server, own }: OfServer): string => `${server}.${own}`;
export const resourceUri = ({ server, own }: OfServer): string => `${SCHEME}${server}/${own}`;

/** @returns undefined for a name that no prompt of a server can have here, or an address that no list passes on */
export const promptNamed = (name: string): OfServer | undefined => split(name, ".", passedName);
export const resourceAt = (uri: string): OfServer | undefined =>
  uri.startsWith(SCHEME) ? split(uri.slice(SCHEME.length), "/", passedAddress) : undefined;

const split = (text: string, separator: string, owns: typeof passedName): OfServer | undefined => {
  const end = text.indexOf(separator);
  const [server, own] = [text.slice(0, Math.max(end, 0)), text.slice(end + 1)];
  return owns.safeParse(own).success && serverName.safeParse(server).success ? { server, own } : undefined;
};

/** The same under the names by which a client of the door asks for them. */
export const namedPrompt = (server: string, prompt: PassedPrompt): PassedPrompt => ({
  ...prompt,
  name: promptName({ server, own: prompt.name }),
});
export const namedResource = <Linked extends { readonly uri: string }>(server: string, linked: Linked): Linked => ({
  ...linked,
  uri: resourceUri({ server, own: linked.uri }),
});
export const namedTemplate = (server: string, template: PassedTemplate): PassedTemplate => ({
  ...template,
  uriTemplate: resourceUri({ server, own: template.uriTemplate }),
});
export const namedReading = (server: string, { contents }: PassedReading): PassedReading => ({
  contents: contents.map((part) => namedResource(server, part)),
});

/** Links in it lead back through the door, where they are of a server whose resources are passed on. */
export const namedMessages = (server: string, { messages, ...rest }: PassedMessages): PassedMessages => ({
  ...rest,
  messages: messages.map(({ role, content }) => ({ role, content: namedBlock(server, content) })),
});

const namedBlock = (server: string, block: PassedBlock): PassedBlock => {
  switch (block.type) {
    case "resource_link":
      return namedResource(server, block);
    case "resource":
      return { ...block, resource: namedResource(server, block.resource) };
    case "text":
    case "image":
    case "audio":
      return block;
  }
};
