import type { Server } from "node:net";

export const listeningPort = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the counterpart has no port");
  return address.port;
};
