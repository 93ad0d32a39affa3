/** What an element of the lattice stands for. */
export const NODE = 0;
export const LANE = 1;
export const LABEL = 2;
export const TOP = 3;
export const BOTTOM = 4;
/** The output's own arrow, with its texts. */
export const EXIT = 5;
