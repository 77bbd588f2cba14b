// Plain JavaScript that any Node can parse: says in words when the scripts of this project would meet a Node that
// cannot run them. The lockfile brings Node 24 as a package for some platforms; npm puts it before the machine's own.
const NEEDED = 24;

/**
 * @param {{ version: string, platform: string, arch: string }} machine the Node that ran this, and what it runs on
 * @returns {string | undefined} what to do about it, or undefined where all is well
 */
export const complaintAbout = ({ version, platform, arch }) =>
  Number(version.split(".")[0]) >= NEEDED
    ? undefined
    : `Buddy's scripts need Node ${NEEDED} or newer and found ${version}: no Node came with the packages for ${platform}-${arch}.
Either install Node ${NEEDED} (https://nodejs.org), or, on Linux or Windows, run "npm ci" without --omit=optional.`;

if (import.meta.main !== false && process.argv[1]?.endsWith("node-version.js")) {
  const complaint = complaintAbout({
    version: process.versions.node,
    platform: process.platform,
    arch: process.arch,
  });
  if (complaint !== undefined) {
    console.error(complaint);
    process.exitCode = 1;
  }
}
