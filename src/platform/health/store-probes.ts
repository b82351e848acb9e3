/** One look at each store that the process depends on, by the name that `/health/ready` shows; throws when it is down. */
export type StoreProbes = Readonly<Record<string, () => Promise<unknown>>>;

/** DI token of the profile's `StoreProbes`. */
export const STORE_PROBES = Symbol('StoreProbes');
