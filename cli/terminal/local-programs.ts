import type { LocalPrograms } from "../context.ts";

/**
 * The local server and its tokens are a program of their own, which the CLI only starts or asks: loaded when a command
 * needs them, so that the CLI stays a client and a deployment's users never load an engine.
 */
export const localPrograms: LocalPrograms = {
  mintToken: async (data_dir, name) => {
    const { mintToken } = await import("../../local/tokens.ts");
    return mintToken(data_dir, name);
  },
  startServer: async (options) => {
    const { startServer } = await import("../../local/server.ts");
    return startServer(options);
  },
};
