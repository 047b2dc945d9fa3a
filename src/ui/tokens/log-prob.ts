export {surprisalBits, toBits, totalLogProb} from './bits.ts';
