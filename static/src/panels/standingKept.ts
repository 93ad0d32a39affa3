/** How somebody has fared in exercises, as the browser keeps it. */
import { readStanding, type Standing } from "../model/standing.js";
import { always, keep, kept } from "../storage.js";

const standingKey = (level: number): string => `practice level ${level}`;

export const keptStanding = (level: number): Standing =>
  readStanding(kept(always, standingKey(level)));

export const keepStanding = (level: number, standing: Standing): void => {
  keep(always, standingKey(level), JSON.stringify(standing));
};
