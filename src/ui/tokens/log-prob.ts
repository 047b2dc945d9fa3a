export {surprisalBits, toBits, totalLogProb} from '../../measure/bits.ts';
