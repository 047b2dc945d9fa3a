import {batch} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {CompareAnswer} from '../../../protocol/questions/compare.ts';
import type {PatchesAnswer} from '../../../protocol/questions/patching.ts';
import type {Params} from '../../../protocol/questions.ts';
import {BUNDLED_ID} from '../../../protocol/values/models.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {spelledToken} from '../../../protocol/values/spell.ts';
import {COMPARED_CLASSES} from '../../../ui/components/differences.tsx';
import {count} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BeforeAfter} from '../shared/before-after.tsx';
import {quoted} from '../shared/class-list.tsx';
import {Counted} from '../shared/counted.tsx';
import {Python, Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {useStream} from '../shared/use-stream.ts';
import {promptOf, type Walk} from '../state/walk.ts';
import {type Cell, PatchGrid} from './patch-grid.tsx';
import {patchesInPython} from './python.ts';
import {otherPrompt} from './two-prompts.tsx';

/** Measured on the bundled model: what the first two prompts say of their nouns moves to the last position between blocks 4 and 6. */
const EXAMPLES: readonly [first: string, second: string][] = [
	['The boys went home because', 'The girl went home because'],
	['The boy lost', 'The girl lost'],
	["Anna's daughter met Anna's", "Anna's brother met Anna's"],
];

/** Activation patching: where in the body what the second prompt says differently makes the answer another one. */
export function Patching({walk, other}: {walk: Walk; other: string}) {
	const {address, engine, text} = walk;
	const wanted = address.value('influence', 'patch', '');
	const prompts: [Params<'compare'>['prompts'][0], Params<'compare'>['prompts'][1]] = [
		promptOf(text.value),
		promptOf(other),
	];
	const compared = useQuery(engine, 'compare', {prompts, limit: COMPARED_CLASSES});
	const measure = compared.answer && measureOf(compared.answer);
	return (
		<>
			<h2>{t('walk_patch_title')}</h2>
			<p>{t('walk_patch_text')}</p>
			{walk.model.value?.id === BUNDLED_ID && (
				<fieldset class="samples">
					<legend class="spoken">{t('walk_patch_examples')}</legend>
					{EXAMPLES.map(([first, second]) => (
						<button
							key={first}
							type="button"
							class="button"
							aria-pressed={text.value === first && other === second}
							onClick={() =>
								batch(() => {
									walk.address.setText(first);
									otherPrompt(walk).value = second;
									address.value('influence', 'cell', '').value = '';
									wanted.value = 'each';
								})
							}
						>
							{t('walk_patch_example', {first, second})}
						</button>
					))}
				</fieldset>
			)}
			{compared.error && <Waiting {...compared} />}
			{measure === null && compared.answer && <p role="status">{t('walk_patch_same')}</p>}
			{measure &&
				(wanted.value === 'each' ? (
					<Patched walk={walk} question={{prompts, ...measure}} onStop={() => (wanted.value = '')} />
				) : (
					<p>
						<button
							type="button"
							class="button go"
							onClick={() => {
								wanted.value = 'each';
							}}
						>
							{t('walk_patch_start')}
						</button>
					</p>
				))}
		</>
	);
}

/** The class that the second prompt makes least likely of all that it changes, and the one that it makes likelier; null where none moves. */
function measureOf({changes, sameClasses}: CompareAnswer): Pick<Params<'patches'>, 'chosen' | 'against'> | null {
	const change = ({standings: [before, after]}: CompareAnswer['changes'][number]) =>
		after.probability - before.probability;
	const falls = changes.find(one => change(one) < 0);
	const rises = changes.find(one => change(one) > 0);
	const named = ({id, text, bytes}: Token) => spelledToken({id, text, bytes});
	return sameClasses && falls && rises ? {chosen: named(falls), against: named(rises)} : null;
}

interface PatchedProps {
	walk: Walk;
	question: Params<'patches'>;
	onStop(): void;
}

function Patched({walk, question, onStop}: PatchedProps) {
	const {answer, events, running, progress, error, retry} = useStream(walk.engine, 'patches', question);
	const begun = events.find(event => event.kind === 'patching');
	const cells = events.filter(event => event.kind === 'patched');
	const written = walk.address.value('influence', 'cell', '');
	const [, block, position] = /^(\d{1,3})\.([1-9]\d{0,2})$/.exec(written.value) ?? [];
	const cell: Cell | null = block ? {block: Number(block), position: Number(position) - 1} : null;
	if (error || !begun) return <Waiting progress={progress} error={error} retry={retry} />;
	return (
		<>
			<PatchGrid
				about={begun}
				values={answer?.blocks.flat() ?? cells.map(({cell}) => cell.value)}
				cell={cell}
				onPress={to => {
					written.value = `${to.block}.${to.position + 1}`;
				}}
			/>
			{running && (
				<Counted text={tn('walk_patch_progress', begun.total, {cells: count(cells.length)})} onStop={onStop} />
			)}
			{answer && cell && <OneCell walk={walk} question={question} answer={answer} cell={cell} />}
			{answer && (
				<Python
					code={patchesInPython(
						question.prompts.map(({text}) => text),
						[answer.chosen.id, answer.against?.id ?? null],
						walk.model.value?.id ?? null,
					)}
				/>
			)}
		</>
	);
}

/** The classes with one cell's vector from the second prompt. */
function OneCell({walk, question, answer, cell}: Omit<PatchedProps, 'onStop'> & {answer: PatchesAnswer; cell: Cell}) {
	const {prompts, chosen, against} = question;
	const isThere = cell.block < answer.blocks.length && cell.position < answer.tokens[0].length;
	const asked = useQuery(
		walk.engine,
		'changed',
		isThere
			? {
					prompt: prompts[0],
					changes: {patch: {prompt: prompts[1], cells: [cell]}},
					limit: 7,
					classes: [chosen, ...(against === null ? [] : [against])],
				}
			: null,
	);
	const changed = useLast(asked.answer, JSON.stringify(prompts));
	if (!isThere) return null;
	return (
		<>
			<p>
				{t('walk_patch_cell_told', {
					position: count(cell.position + 1),
					tokens: quoted(visibleToken(answer.tokens[1][cell.position])),
					block: count(cell.block),
				})}
			</p>
			{asked.error || !changed ? (
				<Waiting {...asked} />
			) : (
				<BeforeAfter name="patched" answer={changed} sides={[t('walk_influence_first'), t('walk_patch_patched')]} />
			)}
		</>
	);
}
