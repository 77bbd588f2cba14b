// The package exports this as `buddy/infra`: a team adds Buddy to a stack of its own CDK app.
export { Buddy, type BuddyProps } from "./buddy.ts";
export { BadSettings, type Settings } from "./read-settings.ts";
