import * as v from 'valibot';
import {openSafetensors} from '../../../../engine/checkpoint/safetensors.ts';
import {sha256} from '../../../../service/library/digests.ts';
import {parametersOf} from './gpt.ts';
import {Lesson} from './lesson.ts';
import type {Past} from './past.ts';
import {type FloatTensor, safetensorsFile} from './safetensors-file.ts';
import {PIECES, SHAPE} from './shape.ts';
import type {TrainerState} from './trainer.ts';

/** SHA-256, as hexadecimal digits: by it a text is known again, and not known from the disk. */
const Digest = v.pipe(v.string(), v.hash(['sha256']));

/** A lesson without its text, which may be of any page that a person read. */
const StoredLesson = v.object({...Lesson.entries, text: Digest});
export type StoredLesson = v.InferOutput<typeof StoredLesson>;

export const withoutText = async ({text, seed, learningRate}: Lesson): Promise<StoredLesson> => ({
	text: await sha256(new TextEncoder().encode(text)),
	seed,
	learningRate,
});

/** All that a training needs beside its text to go on, to the bit, as if it had never stopped. */
export interface StoredTraining {
	lesson: StoredLesson;
	state: TrainerState;
	/** Weights to look back at, by step. */
	snapshots: ReadonlyMap<number, Float32Array>;
	/** In nats. */
	past: Past;
}

/** Of another version nothing is read: its weights may be laid out otherwise. */
const VERSION = 1;

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));
/** What is no float32 array. JSON keeps every bit of a number. */
const Head = v.object({
	version: v.literal(VERSION),
	lesson: StoredLesson,
	losses: v.pipe(v.array(v.number()), v.minLength(1)),
	keptBack: v.pipe(v.array(v.object({step: Whole, loss: v.number()})), v.minLength(1)),
	batches: v.array(v.object({step: Whole, begins: v.pipe(v.array(Whole), v.length(PIECES))})),
	snapshots: v.array(Whole),
});

const WEIGHTS = [parametersOf(SHAPE)];
const LOSSES = [PIECES, SHAPE.contextLength];
const [NOW, MEAN, SQUARE] = ['weights', 'adam.mean', 'adam.square'];
const weightsAfter = (step: number) => `weights.${step}`;
const lossesOf = (step: number) => `losses.${step}`;

/** A training of at least one step as a file: safetensors, with what is no tensor in its metadata. */
export function writeTraining({lesson, state, snapshots, past}: StoredTraining): Uint8Array {
	const {weights, moments} = state;
	const tensor = (name: string, shape: readonly number[], values: Float32Array): FloatTensor => ({name, shape, values});
	const head: v.InferInput<typeof Head> = {
		version: VERSION,
		lesson,
		losses: past.losses,
		keptBack: past.keptBack,
		batches: [...past.batches].map(([step, {begins}]) => ({step, begins: [...begins]})),
		snapshots: [...snapshots.keys()],
	};
	return safetensorsFile(
		[
			tensor(NOW, WEIGHTS, weights),
			tensor(MEAN, WEIGHTS, moments.mean),
			tensor(SQUARE, WEIGHTS, moments.square),
			...[...snapshots].map(([step, values]) => tensor(weightsAfter(step), WEIGHTS, values)),
			...[...past.batches].map(([step, {losses}]) => tensor(lossesOf(step), LOSSES, losses)),
		],
		{training: JSON.stringify(head)},
	);
}

/** @throws where the file is of another version, cut, or no training. */
export function readTraining(file: Uint8Array): StoredTraining {
	const {metadata, shape, read} = openSafetensors(file, 'training');
	const {lesson, losses, keptBack, batches, snapshots} = v.parse(Head, JSON.parse(metadata.training ?? 'null'));
	const numbers = (name: string, expected: readonly number[]) => {
		if (shape(name)?.join() !== expected.join()) throw new Error(`${name} is ${shape(name)}, not ${expected}.`);
		const values = read(name);
		if (!values.every(Number.isFinite)) throw new Error(`Some of ${name} are no numbers.`);
		return values;
	};
	const step = losses.length;
	if (keptBack.some(one => one.step > step) || keptBack[0].step !== 0) throw new Error('Steps are missing.');
	return {
		lesson,
		state: {
			step,
			weights: numbers(NOW, WEIGHTS),
			moments: {mean: numbers(MEAN, WEIGHTS), square: numbers(SQUARE, WEIGHTS)},
		},
		snapshots: new Map(snapshots.map(after => [after, numbers(weightsAfter(after), WEIGHTS)])),
		past: {
			losses,
			keptBack,
			batches: new Map(
				batches.map(({step, begins}) => [
					step,
					{begins: Int32Array.from(begins), losses: numbers(lossesOf(step), LOSSES)},
				]),
			),
		},
	};
}
