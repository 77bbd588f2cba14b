/** Signs manifests: an Ed25519 key file on one machine, a managed key where deployed. */
export interface Signer {
  sign(payload: string): Promise<{ algorithm: string; key_id: string; value: string }>;
}
