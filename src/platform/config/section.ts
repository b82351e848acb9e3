/** A class whose properties carry `@FromEnv`. Instances are frozen and injected by class. */
export type Section<T extends object = object> = new () => T;

/** Reads another section while requirements are checked. */
export type ReadSections = <T extends object>(section: Section<T>) => T;

/** A section may state what its settings demand of each other and of other sections. */
export interface WithRequirements {
  /** One full sentence for each demand that does not hold, naming the variable and what would fix it. */
  requirements(read: ReadSections): string[];
}
