import type {Shape} from './gpt.ts';
import {VOCABULARY} from './text.ts';

/** The model that is trained: two blocks, which learn a page in minutes on one core. */
export const SHAPE: Shape = {vocabSize: VOCABULARY, contextLength: 64, layers: 2, heads: 4, width: 64};
/** Pieces of a batch: one step classifies PIECES x contextLength positions. */
export const PIECES = 8;
