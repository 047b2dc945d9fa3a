import {computed, type ReadonlySignal} from '@preact/signals';
import type {Engine} from '../../../client/query.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import {CHANGEABLE} from '../../../protocol/questions.ts';
import type {Changes, Fill, Part} from '../../../protocol/values/changes.ts';
import {partName, partNamed} from '../../../protocol/values/part-names.ts';
import {type Address, EVERY} from './address.ts';

/** The parts of the body that are off, in every chapter. The address keeps them: `off=2.4,mlp.3`. */
export interface Body {
	readonly off: ReadonlySignal<readonly Part[]>;
	readonly fill: ReadonlySignal<Fill>;
	/** Null where all is as it was trained. */
	readonly changes: ReadonlySignal<Changes | null>;
	/** The engine, asked of the body as it is now. */
	readonly engine: ReadonlySignal<Engine>;
	isOff(part: Part): boolean;
	toggle(part: Part): void;
	/** What a part that is off gives instead. */
	setFill(fill: Fill): void;
	/** Parts by their names, `2.4,5.3`, in place of those that are off. */
	set(names: string): void;
	reset(): void;
}

/** @param model ONNX exports have no parts: of them nothing is changed. */
export function createBody(
	address: Address,
	engine: ReadonlySignal<Engine>,
	model: ReadonlySignal<ModelInfo | null>,
): Body {
	const written = address.value(EVERY, 'off', '');
	const writtenFill = address.value(EVERY, 'fill', 'zero');
	const off = computed(() => partsIn(written.value));
	const fill = computed((): Fill => (writtenFill.value === 'mean' ? 'mean' : 'zero'));
	const changes = computed((): Changes | null =>
		off.value.length === 0 || model.value?.hiddenStates === false ? null : {off: [...off.value], fill: fill.value},
	);
	return {
		off,
		fill,
		changes,
		engine: computed(() => (changes.value ? changedEngine(engine.value, changes.value) : engine.value)),
		isOff: part => off.value.some(other => isSame(other, part)),
		toggle(part) {
			const others = off.peek().filter(other => !isSame(other, part));
			const next = others.length < off.peek().length ? others : [...others, part];
			written.value = next.map(partName).join(',');
		},
		setFill(to) {
			writtenFill.value = to;
		},
		set(names) {
			written.value = names;
		},
		reset() {
			written.value = '';
		},
	};
}

const isSame = (a: Part, b: Part) => a.block === b.block && a.part === b.part;

/** The parts that a text names, each once, in the order of the body; what names none is left out. */
function partsIn(text: string): Part[] {
	const parts = new Map(
		text.split(',').flatMap(name => {
			const part = partNamed(name);
			return part ? [[partName(part), part]] : [];
		}),
	);
	return [...parts.values()];
}

/** The engine with changes in every question that can have them. */
function changedEngine(engine: Engine, changes: Changes): Engine {
	return {
		request: (method, params, options) =>
			engine.request(
				method,
				(CHANGEABLE as readonly string[]).includes(method) ? {...params, changes} : params,
				options,
			),
	};
}
