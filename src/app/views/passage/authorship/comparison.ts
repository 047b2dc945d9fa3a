import {batch, computed, type ReadonlySignal, signal} from '@preact/signals';
import type {EngineRequestError} from '../../../../ui/client/engine-client.ts';
import {createQuery, type Engine} from '../../../../ui/client/query.ts';
import type {SecondModel} from '../../../../ui/components/second-model.tsx';
import type {Ranked} from './figures.ts';
import {loadReferences, type References} from './references.ts';

/** The reference texts as a model reads them. */
export interface ReadReferences {
	references: References;
	human: readonly (readonly Ranked[])[];
	generated: readonly (readonly Ranked[])[];
}

/** Binoculars of the passage and of every reference text. */
export interface Ratios {
	/** Names of the two models. */
	first: string;
	second: string;
	/** Which passage they are of, and which second model was asked. */
	text: string;
	ref: SecondModel['ref'];
	passage: number;
	human: readonly number[];
	generated: readonly number[];
}

/** How many texts have been read, of all. */
export interface Reading {
	done: number;
	total: number;
}

/** Reads the reference texts by the model that answers, and by two models, when asked. */
export interface Comparison {
	readonly read: ReadonlySignal<ReadReferences | null>;
	readonly ratios: ReadonlySignal<Ratios | null>;
	/** Null while nothing is read. */
	readonly reading: ReadonlySignal<Reading | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** Whether a reference text is longer than the model's context: then nothing can be compared. */
	readonly isTooLong: ReadonlySignal<boolean>;
	start(): Promise<void>;
	/** @param most how many tokens of every text count. */
	startRatios(text: string, most: number, second: SecondModel): Promise<void>;
	stop(): void;
}

export function createComparison(engine: Engine): Comparison {
	const read = signal<ReadReferences | null>(null);
	const ratios = signal<Ratios | null>(null);
	const reading = signal<Reading | null>(null);
	const isTooLong = signal(false);
	const measuring = createQuery(engine, 'measure');
	const crossing = createQuery(engine, 'binoculars');
	const textsOf = ({human, generated}: References) => [...human, ...generated].map(({text}) => text);
	const end = () => {
		reading.value = null;
	};

	return {
		read,
		ratios,
		reading,
		error: computed(() => measuring.error.value ?? crossing.error.value),
		isTooLong,
		async start() {
			const references = await loadReferences();
			const texts = textsOf(references);
			const tokens: Ranked[][] = [];
			reading.value = {done: 0, total: texts.length};
			await measuring.ask(
				{rows: texts.map(text => ({text}))},
				{
					onEvent(event) {
						if (event.refusal) {
							isTooLong.value = true;
							measuring.cancel();
							return end();
						}
						tokens.push(event.tokens.map(({rank, logProb}) => ({rank, logProb})));
						reading.value = {done: tokens.length, total: texts.length};
					},
					onAnswer() {
						const count = references.human.length;
						read.value = {references, human: tokens.slice(0, count), generated: tokens.slice(count)};
						end();
					},
					onError: end,
				},
			);
		},
		async startRatios(text, most, second) {
			const references = await loadReferences();
			const texts = [text, ...textsOf(references)];
			const found: number[] = [];
			reading.value = {done: 0, total: texts.length};
			await crossing.ask(
				{texts, most, model: second.ref},
				{
					onEvent({logProb, crossEntropy}) {
						found.push(-logProb / crossEntropy);
						reading.value = {done: found.length, total: texts.length};
					},
					onAnswer(names) {
						const [passage, ...others] = found;
						const count = references.human.length;
						ratios.value = {
							...names,
							text,
							ref: second.ref,
							passage,
							human: others.slice(0, count),
							generated: others.slice(count),
						};
						end();
					},
					onError: end,
				},
			);
		},
		stop() {
			batch(() => {
				measuring.cancel();
				crossing.cancel();
				end();
			});
		},
	};
}
