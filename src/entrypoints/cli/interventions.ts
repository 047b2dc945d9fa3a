import type {PartsAnswer} from '../../protocol/questions/ablations.ts';
import {addsOf} from '../../protocol/questions/ablations.ts';
import type {AttributionAnswer} from '../../protocol/questions/attribution.ts';
import type {HeadShares} from '../../protocol/questions/head-labels.ts';
import type {ChangedClass} from '../../protocol/questions/intervene.ts';
import type {PatchesAnswer} from '../../protocol/questions/patching.ts';
import type {Changes} from '../../protocol/values/changes.ts';
import {partName} from '../../protocol/values/part-names.ts';
import type {Prompt, Token} from '../../protocol/values/prompt.ts';
import type {Ask} from './ask.ts';
import type {InterventionFlags} from './intervention-flags.ts';
import {percent, table, visible} from './print.ts';

/** Classes that are listed before and after. */
const LISTED = 8;

/** A part of what `explain` prints. */
interface Section {
	json: Record<string, unknown>;
	text: string;
}

/** What becomes of the classes when the body is changed as the flags say. */
export async function explainInterventions(
	ask: Ask,
	prompt: Prompt,
	flags: InterventionFlags,
	{chosen, against}: {chosen: Token; against: Token | null},
): Promise<Section[]> {
	const measure = {chosen: chosen.id, against: against?.id ?? null};
	const of = against
		? `the logit of ${visible(chosen)} less that of ${visible(against)}`
		: `the logit of ${visible(chosen)}`;
	const sections: Section[] = [];
	const changes = await changesOf(ask, prompt, flags);
	if (changes) {
		const answer = await ask('changed', {
			prompt,
			changes,
			limit: LISTED,
			classes: [chosen.id, ...(against ? [against.id] : [])],
		});
		const value = (side: 'before' | 'after') => answer.asked[0][side].logit - (answer.asked[1]?.[side].logit ?? 0);
		const measured = {before: value('before'), after: value('after')};
		sections.push({
			json: {changed: {...changes, off: changes.off?.map(partName), measured, ...answer}},
			text: `${changeText(changes)}: ${of} goes from ${measured.before.toFixed(3)} to ${measured.after.toFixed(3)}\n${classesTable([...answer.first[0], ...answer.first[1]])}`,
		});
	}
	if (flags.parts) {
		const parts = await ask('parts', {prompt, ...measure, fill: flags.fill});
		sections.push(partsSection(parts, await ask('attribution', {prompt, ...measure}), flags.fill, of));
	}
	if (flags.patch && flags.patch.cells.length === 0) {
		const other = {...prompt, text: flags.patch.text};
		sections.push(patchesSection(await ask('patches', {prompts: [prompt, other], ...measure}), of));
	}
	if (flags.heads) sections.push(await headsSection(ask, prompt, flags));
	return sections;
}

/** null where nothing is changed. */
async function changesOf(
	ask: Ask,
	prompt: Prompt,
	{off, fill, patch, steer}: InterventionFlags,
): Promise<Changes | null> {
	const cells = patch?.cells ?? [];
	if (off.length === 0 && cells.length === 0 && !steer) return null;
	const half = steer && steer.block < 0 ? Math.floor((await ask('model', {})).layers / 2) : 0;
	return {
		...(off.length > 0 && {off, fill}),
		...(patch && cells.length > 0 && {patch: {prompt: {...prompt, text: patch.text}, cells}}),
		...(steer && {steer: {...steer, block: steer.block < 0 ? half : steer.block}}),
	};
}

const offText = (off: InterventionFlags['off'], fill: Changes['fill']) =>
	`${off.map(partName).join(', ')} off (${fill})`;

function changeText({off = [], fill, patch, steer}: Changes): string {
	const parts = [
		...(off.length > 0 ? [offText(off, fill)] : []),
		...(patch
			? [`${patch.cells.length} of the residual stream's vectors from ${JSON.stringify(patch.prompt.text)}`]
			: []),
		...(steer
			? [
					`${steer.weight} times ${JSON.stringify(steer.toward)} less ${JSON.stringify(steer.from)} after block ${steer.block}`,
				]
			: []),
	];
	return `With ${parts.join(', ')}`;
}

function classesTable(rows: readonly ChangedClass[]): string {
	const all = [...new Map(rows.map(row => [row.id, row])).values()].sort((a, b) => a.after.rank - b.after.rank);
	return table([
		['rank before', 'class', 'probability', 'rank after', 'probability'],
		...all.map(row => [
			String(row.before.rank),
			visible(row),
			percent(row.before.probability),
			String(row.after.rank),
			percent(row.after.probability),
		]),
	]);
}

function partsSection({whole, parts}: PartsAnswer, attribution: AttributionAnswer, fill: string, of: string): Section {
	const rows = parts.map(one => {
		const {heads, mlp} = attribution.blocks[one.block];
		return {
			part: partName(one),
			value: one.value,
			adds: addsOf(one, whole),
			directly: typeof one.part === 'number' ? heads[one.part] : mlp,
		};
	});
	const {embedding, constant, rounding, blocks} = attribution;
	const biases = blocks.reduce((sum, {bias}) => sum + bias, 0);
	const sorted = [...rows].sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds));
	return {
		json: {parts: {fill, whole, rows}, attribution},
		text: `What each part adds to ${of} (${whole.toFixed(3)}): how much lower it is with the part off (${fill}), and what it adds directly:\n${table(
			[
				['adds', 'part', 'directly'],
				...sorted.map(({part, adds, directly}) => [adds.toFixed(3), part, directly.toFixed(3)]),
			],
		)}\nBesides, the embedding adds ${embedding.toFixed(3)}, attention's biases ${biases.toFixed(3)}, the final norm's ${constant.toFixed(3)}, rounding ${rounding.toFixed(6)}.`,
	};
}

function patchesSection(answer: PatchesAnswer, of: string): Section {
	const [first, second] = answer.whole;
	const heading = answer.tokens[0].map((token, i) => {
		const other = answer.tokens[1][i];
		return token.id === other.id ? visible(token) : `${visible(token)}<${visible(other)}`;
	});
	return {
		json: {patches: answer},
		text: `With the residual stream of one position (columns) after a block (rows) from the second prompt, ${of} goes from ${first.toFixed(3)} toward ${second.toFixed(3)}:\n${table(
			[
				['block', '', ...heading],
				...answer.blocks.map((row, block) => [String(block), '', ...row.map(value => value.toFixed(2))]),
			],
		)}`,
	};
}

/** Of the body with the parts off, as in the walk. What is patched or steered is of one text alone. */
async function headsSection(ask: Ask, prompt: Prompt, {off, fill}: InterventionFlags): Promise<Section> {
	const answer = await ask('headLabels', {prompt, ...(off.length > 0 && {changes: {off, fill}})});
	const heads = answer.blocks.flatMap((heads, block) =>
		heads.map((shares, part) => ({head: partName({block, part}), ...shares})),
	);
	const NAMES: (keyof HeadShares)[] = ['previous', 'first', 'self', 'same', 'induction'];
	const cells = (shares: HeadShares) =>
		NAMES.map(name => (shares[name] === null ? '–' : `${Math.round(100 * shares[name])} %`));
	return {
		json: {heads: {read: answer.read, random: answer.random, heads}},
		text: `Where every head looks${off.length > 0 ? ` with ${offText(off, fill)}` : ''}, on the text and on ${answer.random.length} random tokens that come twice:\n${table(
			[
				['', 'head', ...NAMES, ...NAMES.map(name => `${name} (twice)`)],
				...heads.map(({head, text, repeated}) => ['', head, ...cells(text), ...cells(repeated)]),
			],
		)}`,
	};
}
