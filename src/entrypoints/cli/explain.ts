import {HUGGING_FACE_GENERATION} from '../../engine/parameters/registry.ts';
import {influenceOf} from '../../protocol/questions/influence.ts';
import type {Prompt} from '../../protocol/values/prompt.ts';
import {type Ask, json} from './ask.ts';
import type {Flags} from './flags.ts';
import {explainInterventions} from './interventions.ts';
import {percent, table, visible} from './print.ts';
import {UsageError} from './usage-error.ts';

/** Dimensions listed as text; JSON has all. */
const LISTED = 10;

/** How a class came about: what the head would say after each block, what makes up its logit, and which parts matter. */
export async function explain(
	ask: Ask,
	text: string,
	{explain: flags, json: asJson, addSpecialTokens}: Flags,
): Promise<string> {
	const prompt = {text, appended: [], addSpecialTokens};
	const chosen = await classNamed(ask, prompt, flags.class);
	const against = flags.against === undefined ? null : await classNamed(ask, prompt, flags.against);
	const lens = await ask('lens', {prompt, target: chosen.id});
	const head = await ask('head', {prompt, classes: [chosen.id]});
	const {unit, replacement} = flags;
	const influence = await ask('influence', {
		text,
		addSpecialTokens,
		unit,
		replacement,
		chosen: chosen.id,
		against: against?.id ?? null,
	});

	const interventions = await explainInterventions(ask, prompt, flags.interventions, {chosen, against});

	const [row] = head.classes;
	const contributions = row.contributions
		.map((contribution, dimension) => ({
			dimension,
			vector: head.vector[dimension],
			weight: row.weights[dimension],
			contribution,
		}))
		.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
	const parts = influence.parts.map(part => ({
		...part,
		text: text.slice(part.start, part.end),
		influence: influenceOf(part, influence.whole),
	}));
	// The last position's cells: what becomes of this prediction.
	const blocks = lens.blocks.map(({cells}, block) => ({block, ...cells.at(-1)!}));
	if (asJson) {
		const {weights: _, contributions: __, ...token} = row;
		return json({
			prompt: text,
			class: token,
			against,
			lens: blocks,
			contributions,
			influence: {...influence, unit, parts},
			...Object.assign({}, ...interventions.map(section => section.json)),
		});
	}

	const lensTable = table([
		['block', 'first class', 'probability', `rank of ${visible(row)}`],
		...blocks.map(({block, top, followed}) => [
			block === 0 ? 'embedding' : String(block),
			visible(top[0]),
			percent(top[0].probability),
			String(followed!.rank),
		]),
	]);
	const sum = table([
		['dimension', 'contribution', 'vector', 'weight'],
		...contributions
			.slice(0, LISTED)
			.map(one => [String(one.dimension), one.contribution.toFixed(3), one.vector.toFixed(3), one.weight.toFixed(3)]),
	]);
	const influences = table([
		['nats', unit],
		...parts.map(part => [part.influence.toFixed(3), JSON.stringify(part.text)]),
	]);
	const about = against
		? `the lead of ${visible(row)} over ${visible(against)}`
		: `the log-probability of ${visible(row)}`;
	return [
		`${visible(row)}: rank ${row.rank}, logit ${row.logit.toFixed(3)}, ${percent(row.probability)}`,
		`What the head would say after each block:\n${lensTable}`,
		`The ${Math.min(LISTED, contributions.length)} largest of the ${contributions.length} contributions to the logit:\n${sum}`,
		`What each ${unit} adds to ${about}:\n${influences}`,
		...interventions.map(section => section.text),
	].join('\n\n');
}

/** The class of exactly this text; without one the most probable. @throws UsageError for a text of several tokens. */
async function classNamed(ask: Ask, prompt: Prompt, query: string | undefined) {
	const generation = HUGGING_FACE_GENERATION;
	if (query === undefined) return (await ask('classes', {prompt, generation, limit: 1})).model[0];
	const {exact, tokens} = await ask('find', {prompt, generation, query, limit: 1});
	if (exact) return exact;
	throw new UsageError(
		`${JSON.stringify(query)} is no class: it is ${tokens.length} tokens, ${tokens.map(visible).join(' ')}. Give one of them, or a word with a space before it.`,
	);
}
