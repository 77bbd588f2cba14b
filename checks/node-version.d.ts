export declare const complaintAbout: (machine: {
  version: string;
  platform: string;
  arch: string;
}) => string | undefined;
