/** What data-driven models learn from: journeys that went the same way, counted. */
export interface Path {
  /** Channels or partners, in the order they were touched; a channel may come twice. */
  readonly steps: readonly string[];
  /** How many such journeys ended in an order. */
  readonly conversions: number;
  /** And how many in none. */
  readonly nulls?: number | undefined;
}

/** What a model gives a channel: its part of the whole, and that part of all conversions. */
export interface ModelCredit {
  readonly channel: string;
  readonly share: number;
  readonly conversions: number;
}

/** Those that somebody went, by some channel. */
export const walked = (paths: readonly Path[]): readonly Path[] =>
  paths.filter((path) => path.steps.length > 0 && journeysOf(path) > 0);

export const journeysOf = ({ conversions, nulls = 0 }: Path): number => conversions + nulls;

export const conversionsOf = (paths: readonly Path[]): number =>
  paths.reduce((sum, { conversions }) => sum + conversions, 0);

/** In one order whatever order the paths came in, so that sums of floats come out alike. */
export const channelsOf = (paths: readonly Path[]): readonly string[] =>
  [...new Set(paths.flatMap(({ steps }) => steps))].sort();

/** What each channel has when the last step has it all; those that have any. */
export const lastSteps = (paths: readonly Path[]): readonly ModelCredit[] => {
  const all = conversionsOf(paths);
  const counts = new Map<string, number>();
  for (const { steps, conversions } of paths) {
    const last = steps.at(-1);
    if (last !== undefined && conversions > 0) counts.set(last, (counts.get(last) ?? 0) + conversions);
  }
  return [...counts].map(([channel, conversions]) => ({ channel, conversions, share: conversions / all }));
};
