import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {haveSameEnds} from '../../engine/generation/drafters/assistant.ts';
import type {OpenModel} from '../../engine/open-model.ts';
import type {StoredModel} from '../../protocol/values/models.ts';
import type {LentModel, ModelLoan, ServedModel} from '../call.ts';
import {memoryLimit} from '../library/memory.ts';
import {size} from '../library/size.ts';
import {Loan} from '../loan.ts';

/** The models that are here, and how each is opened. */
export interface ModelStore {
	list(): Promise<readonly StoredModel[]>;
	/** @throws EngineError `bad-model`. */
	open(id: string): Promise<OpenModel>;
}

/**
 * The models that can be opened beside the one that answers. One that is not used is closed when another is asked for, or
 * after a while.
 * @param active the one that answers, with its id.
 * @param limit bytes of memory that all open models may take together.
 */
export function secondModels(
	{id: activeId, model}: {id: string; model: OpenModel},
	store: ModelStore,
	limit = memoryLimit(),
): ServedModel['second'] {
	const loans = new Map<string, {memory: number; loan: Loan<LentModel>}>();

	/** It counts as used from when it is found: nothing else can close it in between. */
	async function lend<R>(id: string, use: (opened: LentModel) => Promise<R>): Promise<R> {
		const models = await store.list();
		const known = loans.get(id);
		if (known?.loan.inUse) return known.loan.use(use);
		const wanted = models.find(model => model.id === id);
		if (!wanted) throw new EngineError('bad-parameter', refuse('second-gone', {id}));
		if (wanted.damaged) throw new EngineError('bad-model', refuse('model-damaged-choose', {name: wanted.name}));
		if (known) return known.loan.use(use);

		const closing: Promise<void>[] = [];
		for (const [other, {loan}] of loans) {
			if (loan.inUse) continue;
			loans.delete(other);
			closing.push(loan.giveBack());
		}
		const active = models.find(model => model.id === activeId)?.memory ?? 0;
		const open = [...loans.values()].reduce((sum, {memory}) => sum + memory, active);
		checkRoom(wanted, open, limit);
		const loan = new Loan<LentModel>(
			async () => {
				await Promise.all(closing);
				return {model: await store.open(id), name: wanted.name, revision: revisionOf(wanted)};
			},
			({model}) => model.lm.dispose(),
		);
		loans.set(id, {memory: wanted.memory, loan});
		return loan.use(use);
	}

	return async (id, use) => {
		if (id === activeId) {
			const own = (await store.list()).find(model => model.id === id);
			return use({model, name: own?.name ?? id, revision: own && revisionOf(own)});
		}
		return lend(id, use);
	};
}

/** @param open bytes that are open. @throws EngineError `out-of-memory` where there is no room for a model beside them. */
export function checkRoom(
	{name, memory}: Pick<StoredModel, 'name' | 'memory'>,
	open: number,
	limit = memoryLimit(),
): void {
	if (open + memory <= limit) return;
	const values = {name, needed: size(memory), open: size(open), there: size(limit)};
	throw new EngineError('out-of-memory', refuse('second-memory', values));
}

/**
 * The draft model of speculative decoding: the smallest model that is kept, has the same tokens and the same ends of a text, and can
 * read the prompt, if it is smaller than the one that answers and both fit into memory; else that model's own first blocks.
 */
export function draftAmong(
	{id: activeId, model}: {id: string; model: OpenModel},
	store: ModelStore,
	second: ServedModel['second'],
	own: ModelLoan,
	limit = memoryLimit(),
): ModelLoan {
	const others = new Set<string>();
	return async (use, tokens = 0) => {
		const models = await store.list();
		// Both as their files have it: an embedding may be filled up beyond the last token.
		const {memory: active, vocabSize: classes} = models.find(({id}) => id === activeId) ?? {memory: 0, vocabSize: 0};
		const smaller = models
			.filter(({id, damaged, memory}) => !damaged && !others.has(id) && memory < active && memory + active <= limit)
			.filter(({vocabSize, contextLength}) => vocabSize === classes && contextLength >= tokens)
			.sort((a, b) => a.memory - b.memory);
		for (const {id} of smaller) {
			let used = false;
			const drafted = await second(id, async opened => {
				const {tokenizer, lm} = opened.model;
				if (!tokenizer.hasTokensOf(model.tokenizer) || !haveSameEnds(lm.config, model.lm.config)) return null;
				used = true;
				return {result: await use(opened)};
			}).catch(error => {
				if (used) throw error;
				// It cannot be opened just now; another one drafts.
				return undefined;
			});
			if (drafted) return drafted.result;
			if (drafted === null) others.add(id);
		}
		return own(use);
	};
}

/** The commit of the Hub that a model's files are of; undefined for other models. */
export const revisionOf = ({source}: StoredModel) => (source.kind === 'hub' ? source.commit : undefined);
