import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {details, sentences, t} from '../../client/browser/i18n.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {GeneratedToken, Trace} from '../../protocol/questions/generate.ts';
import {count, decimal, percent} from '../format.ts';
import {isolate, visibleToken} from '../tokens/token-text.ts';
import {TokenText} from '../tokens/token-view.tsx';
import {CandidateRows} from './candidate-rows.tsx';
import {moveFrom, nodesOf, type StepNode, stepsOf, tokensTo, type Weighed} from './steps.ts';

interface Props {
	/** Of the run; null where its tokens tell all. */
	trace: Trace | null;
	/** The continuation whose path is marked. */
	tokens: readonly GeneratedToken[];
	generation: Generation;
	/** The step that shows first, from 0. */
	at: number;
}

/** How any strategy came to its text: the candidates of every step in a drawing, and those of one step in words and numbers. */
export function StepsView({trace, tokens, generation, at}: Props) {
	const drafting = trace?.drafting;
	const nodes = nodesOf(
		trace?.steps ?? stepsOf(tokens, generation.doSample),
		tokens.map(({id}) => id),
	);
	const [place, setPlace] = useState({step: at, index: 0, chosen: false});
	const candidates = nodes[place.step] ?? [];
	const selected = (place.chosen ? null : candidates.find(({onPath}) => onPath)) ?? candidates[place.index];
	if (!selected) return null;
	return (
		<div class="weighed">
			<p class="small">{sentences(lead(nodes, drafting))}</p>
			<Drawing nodes={nodes} selected={selected} onSelect={({step, index}) => setPlace({step, index, chosen: true})} />
			<p class="weighed-key quiet small" aria-hidden="true">
				<span class="on-path">{t('steps_path')}</span>
				<span>{t('steps_kept')}</span>
				<span class="pruned">{t('steps_pruned')}</span>
			</p>
			<p class="small">
				<b>{t('steps_number', {step: count(selected.step + 1)})}</b>{' '}
				<span class="weighed-text">
					{tokensTo(selected).map((token, i) => (
						<TokenText key={i} token={token} />
					))}
				</span>
			</p>
			<CandidateRows
				rows={candidates.map(node => ({
					token: node,
					rank: node.index + 1,
					probability: node.logProb === null ? Number.NaN : Math.exp(node.logProb),
					cut: node.status === 'pruned',
					chosen: node.onPath,
					note: <Note node={node} />,
				}))}
			/>
		</div>
	);
}

/** What was weighed, and by what. */
function lead(nodes: readonly StepNode[][], drafting: Trace['drafting']): string[] {
	const all = nodes.flat();
	const kept = all.filter(({status}) => status !== 'pruned').length;
	const weighed = t('steps_lead', {nodes: count(nodes.length), all: count(all.length), kept: count(kept)});
	if (drafting) return [...draftingText(drafting, kept), weighed];
	return [weighed, t(all[0].why.by === 'sum' ? 'steps_by_sum' : 'steps_by_rank')];
}

/** How many drafted tokens were accepted, and what that saved. */
function draftingText(drafting: NonNullable<Trace['drafting']>, tokens: number): string[] {
	const {draft, drafted, accepted, modelCalls, draftCalls} = drafting;
	const by = draft ?? t('steps_lookup');
	const rate = percent(drafted === 0 ? 0 : accepted / drafted);
	const said = [t('steps_drafted', {by, drafted: count(drafted), accepted: count(accepted), rate})];
	if (tokens > 1)
		said.push(t('steps_runs', {tokens: count(tokens), runs: count(modelCalls), without: count(tokens - 1)}));
	if (draftCalls > 0) said.push(t('steps_draft_runs', {draftCalls: count(draftCalls)}));
	return said;
}

/** What became of a candidate; null where that goes without saying. */
function outcome({status, why, logProb}: Weighed): string | null {
	if (why.by === 'sum') return t(`steps_${status}`);
	if (why.by === 'correction' || why.by === 'bonus') return t(`steps_${why.by}`);
	if (why.by === 'draft') {
		if (status === 'kept') return t('steps_accepted');
		return t(logProb === null ? 'steps_unseen' : 'steps_rejected');
	}
	if (status === 'pruned') return null;
	if (why.by !== 'draw' || why.number === undefined) return t('steps_chosen');
	return t('steps_drawn', {number: decimal(why.number, 4)});
}

/** How many tokens are shown of the text that a beam continues. */
const SHOWN_BEFORE = 3;

/** A candidate's score, and what became of it. */
function figures(node: StepNode): (string | null)[] {
	const {why, score, from} = node;
	if (score === null) return [outcome(node)];
	if (why.by === 'draft') return [t('steps_ratio', {score: decimal(score)}), outcome(node)];
	const before = tokensTo(from, SHOWN_BEFORE).map(visibleToken).join('');
	return [
		from && t('steps_after', {before: isolate(node.step > SHOWN_BEFORE ? `…${before}` : before)}),
		t('strategies_beam_score', {beamScore: decimal(score)}),
		outcome(node),
	];
}

/** The same beside its row. */
const Note = ({node}: {node: StepNode}) => (
	<>{figures(node).map(figure => figure && <span key={figure}>{figure}</span>)}</>
);

const COLUMN = 92;
const ROW = 17;
const TOP = 18;
const WIDEST_LABEL = 9;
const x = (step: number) => 8 + step * COLUMN;
const y = (index: number) => TOP + 10 + index * ROW;

interface DrawingProps {
	nodes: readonly (readonly StepNode[])[];
	selected: StepNode;
	onSelect(node: StepNode): void;
}

/** Steps from left to right, candidates from top to bottom, each joined to the one that it continues. Arrow keys walk it. */
function Drawing({nodes, selected, onSelect}: DrawingProps) {
	const box = useRef<HTMLDivElement>(null);
	const rows = Math.max(...nodes.map(({length}) => length));
	const [width, height] = [x(nodes.length) + 8, y(rows - 1) + 10];
	const {step, index} = selected;
	useLayoutEffect(() => {
		const node = box.current!;
		node.scrollTo(x(step) - node.clientWidth / 2, y(index) - node.clientHeight / 2);
		if (node.contains(document.activeElement))
			node.querySelector<SVGElement>('[aria-selected="true"]')?.focus({preventScroll: true});
	}, [step, index]);
	const onKeyDown = (event: KeyboardEvent) => {
		const next = moveFrom(nodes, selected, event.key);
		if (event.key.startsWith('Arrow')) event.preventDefault();
		if (next) onSelect(next);
	};
	const classOf = (kind: string, {status, onPath}: StepNode) => `${kind} ${status}${onPath ? ' on-path' : ''}`;
	const all = nodes.flat();
	return (
		<div ref={box} class="weighed-scroll" role="listbox" aria-label={t('steps_drawing')} onKeyDown={onKeyDown}>
			<svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="presentation">
				{nodes.map((_, at) => (
					<text key={at} class="step-number" x={x(at)} y={11}>
						{at + 1}
					</text>
				))}
				{all.map(
					node =>
						node.from && (
							<path
								key={`${node.step}-${node.index}`}
								class={classOf('edge', node)}
								d={edge(x(node.from.step) + COLUMN - 20, y(node.from.index), x(node.step) - 6, y(node.index))}
							/>
						),
				)}
				{all.map(node => {
					const label = spoken(node);
					return (
						<g
							key={`${node.step}-${node.index}`}
							class={classOf('node', node)}
							role="option"
							aria-selected={node === selected}
							aria-label={label}
							tabindex={node === selected ? 0 : -1}
							onClick={() => onSelect(node)}
						>
							<title>{label}</title>
							<circle cx={x(node.step)} cy={y(node.index)} r={3} />
							<text x={x(node.step) + 7} y={y(node.index) + 4}>
								{labelOf(node)}
							</text>
						</g>
					);
				})}
			</svg>
		</div>
	);
}

const spoken = (node: StepNode): string =>
	details(
		isolate(visibleToken(node)),
		t('steps_number', {step: count(node.step + 1)}),
		...figures(node),
		node.onPath && t('steps_path'),
	);

function labelOf(node: StepNode): string {
	const shown = [...visibleToken(node)];
	return shown.length > WIDEST_LABEL ? `${shown.slice(0, WIDEST_LABEL - 1).join('')}…` : shown.join('');
}

const edge = (x1: number, y1: number, x2: number, y2: number) => {
	const middle = (x1 + x2) / 2;
	return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
};
