/**
 * Where everything is in a model's memory. The kernels and the TypeScript that lays the memory out both import this file; it
 * has numbers alone. Addresses are bytes from the beginning of the memory, and every array begins at a multiple of 64.
 *
 *     state        STATE_WORDS words: the addresses of all that follows, and the shape of what is shared
 *     team         counters of the threads (team.ts), and JOB_WORDS words: what the next run is to compute
 *     rows         ROWS x ROW_WORDS words: the tokens of a run
 *     tables       ROWS page tables: the addresses of the pages of each row's text
 *     program      the operations, INSTRUCTION_WORDS words each
 *     values       what operations write and others read, [ROWS, width] float32 each; the residual stream is one of them
 *     steps        ROWS activations as int16 (float32 where weights are float32), as wide as the widest input of a product
 *     step sizes   [ROWS] float32
 *     hidden       [ROWS, D] float32: hidden states after the final norm of the rows that are wanted
 *     logits       [logit rows, classes] float32
 *     scored       ROWS x SCORED_WORDS words: rank, entropy, ... of a row; of one whose logits are kept, the highest and the sum
 *     own          of each thread: sums of a block, a row, heads' queries and outputs, two rows of attention scores
 *     weights      byte for byte as they are stored
 *     pages        of the cache: PAGE positions each, allocated as they are needed
 *
 * Widths are filled up to multiples of LANES with zeros, which stay zero: products with them add nothing.
 */

/** Rows of a run: tokens that are computed together. */
export const ROWS = 64;
/** Positions of a page of the cache, and of a block of it, whose scores attention computes together. */
export const PAGE = 64;
export const BLOCK = 16;
/** What every width is a multiple of. */
export const LANES = 16;

/** Words of `state`. */
export const TEAM = 0;
export const ROW_RECORDS = 1;
export const PROGRAM = 2;
export const STEPS = 3;
export const STEP_SIZES = 4;
export const HIDDEN = 5;
export const LOGITS = 6;
/** Rows of logits, and bytes of each. */
export const LOGIT_ROWS = 7;
export const LOGIT_STRIDE = 8;
export const SCORED = 9;
/** The first thread's own memory, and the bytes of each. */
export const OWN = 10;
export const OWN_BYTES = 11;
/** Bytes of a row and of four heads in it. */
export const OWN_ROW_BYTES = 12;
export const OWN_HEAD_BYTES = 13;
/** Bytes of a row of attention scores: a position each. */
export const OWN_SCORE_BYTES = 14;
/** 1 where weights and activations are float32. */
export const EXACT = 15;
export const STATE_WORDS = 32;

/** Bytes of `team`, beside some for each thread; in it, the number of the last job, twice, and where the next one is described. */
export const TEAM_BYTES = 768;
export const TEAM_THREAD_BYTES = 64;
export const TEAM_NUMBER = 384;
export const TEAM_JOB = 704;

/** Words of `job`: rows, rows whose logits are wanted, the first instruction and the one after the last. */
export const JOB_ROWS = 0;
export const JOB_WANTED = 1;
export const JOB_FROM = 2;
export const JOB_TO = 3;
/** 1: rows of logits are scored, a few at a time; 0: they stay, as many as there are `LOGIT_ROWS` at most. */
export const JOB_SCORE = 4;
/** [classes] float32, 1 for every class whose probability is added up; 0 where none is. */
export const JOB_MASK = 5;
/** How many classes are scored: those that have a token; a head may have some more. */
export const JOB_CLASSES = 6;
export const JOB_WORDS = 16;

/** Words of a row. Its place is 1 + its row among the hidden states (and the logits, which the first places have); 0: not wanted. */
export const ROW_TOKEN = 0;
export const ROW_POSITION = 1;
export const ROW_TABLE = 2;
export const ROW_PLACE = 3;
/** The class whose rank is wanted; on no class's place if negative. */
export const ROW_TARGET = 4;
export const ROW_WORDS = 8;

/** Bytes at the beginning of a thread's own memory: `halves` of 16 blocks of four rows (products.ts), or weights of two blocks (blocks.ts). */
export const OWN_SUMS_BYTES = 2048;

/** Words of a scored row; from S on float64. */
export const SCORED_RANK = 0;
/** The target's logit less the highest. */
export const SCORED_TARGET = 1;
/** The best classes' ids, and their logits, the highest first. */
export const SCORED_IDS = 4;
export const SCORED_LOGITS = 14;
export const SCORED_TOP = 10;
/** Sums over all classes, d = logit - highest: of e^d, of d e^d / that, and of e^d over the classes of the mask. */
export const SCORED_SUM = 24;
export const SCORED_MEAN = 26;
export const SCORED_MASS = 28;
export const SCORED_WORDS = 32;

/** Words of an instruction: its operation first, then what each operation's file says. */
export const INSTRUCTION_WORDS = 32;

/** Operations. NOTHING takes another one's place that is switched off. */
export const NOTHING = 0;
export const EMBED = 1;
export const NORM = 2;
export const ROUND = 3;
export const PRODUCT = 4;
export const POSITIONS = 5;
export const ATTENTION = 6;
export const CLASSIFY = 7;
export const PLACE = 8;

/** What becomes of a norm: steps for a product; steps and hidden states of the wanted rows; it is added to the residual stream. */
export const NORM_STEPS = 0;
export const NORM_WANTED = 1;
export const NORM_ADD = 2;

/** What becomes of a product. */
export const STORE = 0;
export const ADD = 1;
export const MULTIPLY = 2;

/** Activations. */
export const LINEAR = 0;
export const GELU_TANH = 1;
export const GELU_ERF = 2;
export const RELU = 3;
export const SILU = 4;

/** A patch of a place (places.ts), 4 words: row, REPLACE or SHIFT, address of a vector, its weight. */
export const REPLACE = 0;
export const SHIFT = 1;
export const PATCH_WORDS = 4;

/** What an attention is like (attention.ts): its heads, their sizes, where its layer is in a page, its scale and window. */
export const ATTENTION_HEADS = 4;
export const ATTENTION_SHARED_HEADS = 5;
export const ATTENTION_HEAD_SIZE = 6;
export const ATTENTION_PADDED_SIZE = 7;
export const ATTENTION_LAYER = 8;
export const ATTENTION_SCALE = 9;
export const ATTENTION_WINDOW = 10;

/** Words that change while a program is looked at or changed (attention.ts, places.ts): see there. */
export const ATTENTION_FACTORS = 11;
export const ATTENTION_ADDED = 12;
export const ATTENTION_WEIGHTS = 13;
export const PLACE_COPY = 3;
export const PLACE_PATCHES = 4;
