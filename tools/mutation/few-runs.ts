/** How often a property is tried on a mutant: what a few examples do not show would take hours to find. */
export const FEW_RUNS = 20;
