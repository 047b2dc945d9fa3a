import {ROWS} from '../kernels/assembly/layout.ts';

/** Positions that are computed together at most. Between such chunks a computation can be cancelled, and others take their turn. */
export const CHUNK = ROWS;
