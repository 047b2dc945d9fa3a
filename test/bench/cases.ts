import {CONTENDERS, type ContenderName, type Task, type Times} from './contract.ts';
import type {Passages} from './prompts.ts';

/** A time that is reported, under a title of its own. */
interface Quantity {
	title: string;
	/** Which of the task's times it is. */
	time: 'whole' | 'first' | 'step';
}

/** A piece of work that is measured in every round. */
export interface Case {
	quantities: readonly Quantity[];
	contenders: readonly ContenderName[];
	/** The work of a round, the same for everyone. */
	prepare(passages: Passages): (contender: ContenderName) => Task;
}

/** How much of everything is done. */
export interface Sizes {
	/** Prompts that are read and continued a little. */
	lengths: readonly number[];
	/** Tokens generated after each. */
	steps: number;
	/** A prompt that is read alone. */
	longest: number;
	/** Continuations: after how many tokens, how many tokens each. */
	after: number;
	continued: number;
	scored: number;
	/** Whether to wait for wllama where it reads the longest prompt, or one prompt several times: it reads them slowly. */
	patient: boolean;
}

export const FULL: Sizes = {
	lengths: [32, 128, 512, 990],
	steps: 9,
	longest: 1000,
	after: 512,
	continued: 32,
	scored: 1000,
	patient: true,
};
/** The same kinds of work, less of each: whether the bench works, not how fast anything is. */
export const QUICK: Sizes = {
	lengths: [32, 128],
	steps: 5,
	longest: 200,
	after: 128,
	continued: 8,
	scored: 200,
	patient: true,
};

/** Appended one after the other, as a person clicks classes. */
const CLICKED = 3;
/** The prompt before them ends within a chunk of the engine's, as prompts do. */
const CLICKED_AFTER = 480;
const BEAMS = 4;

const count = (value: number) => value.toLocaleString('en');
/** The titles by which quantities are found. */
export const titles = {
	open: 'open, until the first class',
	openFloat: 'open the float checkpoint',
	prefill: (tokens: number) => `prefill of ${count(tokens)}`,
	token: (at: number) => `a token at ${count(at)}`,
	/** A step of `many` continuations. */
	step: (many: number) => (many === 1 ? 'one continuation, a token' : `${many} continuations, a token of each`),
	whole: (many: number, {after, continued}: Sizes) =>
		`${many === 1 ? 'one continuation' : `${many} continuations`} of ${continued} after ${count(after)}, prompt and all`,
	append: 'a clicked class appended',
	beams: ({after, continued}: Sizes) => `beams of ${BEAMS}, ${continued} tokens after ${count(after)}, prompt and all`,
	beamStep: `beams of ${BEAMS}, a token`,
	score: (tokens: number) => `${count(tokens)} tokens scored`,
};

export const casesOf = (sizes: Sizes): Case[] => [
	// First, so that the memory it takes is seen before anything else has taken more.
	{
		quantities: [{title: titles.score(sizes.scored), time: 'whole'}],
		contenders: ['ours', 'library', 'loops', 'native'],
		prepare(passages) {
			const {ids} = passages.take(sizes.scored, 0).prompt;
			return contender => ({kind: 'score', mode: CONTENDERS[contender].mode, ids});
		},
	},
	...sizes.lengths.map(length =>
		continuing(1, length, sizes.steps, readers(length, sizes), {
			first: titles.prefill(length),
			step: titles.token(length),
		}),
	),
	continuing(1, sizes.longest, 1, ['ours', 'generate', ...patiently(sizes), 'native'], {
		first: titles.prefill(sizes.longest),
	}),
	...[1, 4, 8].map(many =>
		continuing(
			many,
			sizes.after,
			sizes.continued,
			['ours', 'generate', ...(many < 8 ? patiently(sizes) : []), 'native'],
			{
				step: titles.step(many),
				whole: titles.whole(many, sizes),
			},
		),
	),
	{
		quantities: [{title: titles.append, time: 'step'}],
		contenders: ['ours', 'generate', 'wllama', 'native'],
		prepare(passages) {
			const {prompt, longer} = passages.take(Math.min(CLICKED_AFTER, sizes.after - CLICKED), 0, CLICKED);
			return () => ({kind: 'append', prompt, longer});
		},
	},
	{
		quantities: [
			{title: titles.beamStep, time: 'step'},
			{title: titles.beams(sizes), time: 'whole'},
		],
		// The others have no beam search.
		contenders: ['ours'],
		prepare(passages) {
			const {prompt} = passages.take(sizes.after, 0);
			return () => ({kind: 'beams', prompt, beams: BEAMS, steps: sizes.continued});
		},
	},
];

/** `pipeline` is `generate` and a tokenizer, so it is enough to see it at one length, and the forward pass alone at two. */
const readers = (length: number, {lengths, after}: Sizes): ContenderName[] => [
	'ours',
	'generate',
	...(length === after ? (['pipeline'] as const) : []),
	'wllama',
	'native',
	...(length === lengths[0] || length === after ? (['ours-forward', 'forward'] as const) : []),
];

const patiently = ({patient}: Sizes): ContenderName[] => (patient ? ['wllama'] : []);

function continuing(
	many: number,
	length: number,
	steps: number,
	contenders: readonly ContenderName[],
	named: Partial<Record<keyof Times & Quantity['time'], string>>,
): Case {
	return {
		quantities: Object.entries(named).map(([time, title]) => ({title, time: time as Quantity['time']})),
		contenders,
		prepare(passages) {
			// One for each way of using an engine, which may keep what it has read.
			const [used, forward] = [passages.take(length, many + steps), passages.take(length, many + steps)];
			return contender => {
				const {mode} = CONTENDERS[contender];
				const {prompt, following} = mode === 'forward' ? forward : used;
				return {kind: 'continue', mode, prompt, count: many, steps, following};
			};
		},
	};
}
