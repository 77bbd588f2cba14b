import packageJson from "../../package.json" with { type: "json" };

/** Of the whole of Buddy, as its package says. */
export const API_VERSION = packageJson.version;
