import type {Settings} from '../../client/settings/settings.ts';

/** A fresh seed, an unsigned 32-bit number. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];

/** The seed of a new run: the fixed one, or a fresh one. */
export const seedFor = ({seedMode, seed}: Pick<Settings, 'seed' | 'seedMode'>, freshSeed: () => number): number =>
	seedMode === 'fixed' ? seed : freshSeed();
