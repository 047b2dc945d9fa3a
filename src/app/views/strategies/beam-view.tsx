import {useState} from 'preact/hooks';
import type {BeamTrace} from '../../../protocol/engine.ts';
import {count, decimal} from '../../../ui/format.ts';
import {details, t, tn} from '../../../ui/i18n.ts';
import {isolate, visibleToken} from '../../../ui/tokens/token-text.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import {type BeamNode, type BeamPhrase, beamNodes, beamPhrases} from './beam-tree.ts';
import './traces.css';

interface Props {
	trace: BeamTrace;
	/** The continuation whose way is marked. */
	ids: readonly number[];
}

/** The tree of hypotheses of a beam search: drawn in full, and as an outline of the candidates that were kept and pruned. */
export function BeamView({trace, ids}: Props) {
	const steps = beamNodes(trace, ids);
	const kept = steps.flat().filter(({status}) => status !== 'pruned').length;
	return (
		<div class="beam">
			<p class="small">{t('strategies_beam_lead', count(steps.length), count(steps.flat().length), count(kept))}</p>
			<BeamDrawing steps={steps} />
			<p class="beam-key quiet small" aria-hidden="true">
				<span class="key-path">{t('strategies_beam_key_path')}</span>
				<span class="key-kept">{t('strategies_beam_key_kept')}</span>
				<span class="key-pruned">{t('strategies_beam_key_pruned')}</span>
			</p>
			<BeamOutline phrases={beamPhrases(steps)} />
		</div>
	);
}

const COLUMN = 92;
const ROW = 17;
const TOP = 18;
const WIDEST_LABEL = 9;

/** Steps from left to right, candidates from top to bottom, best first. The outline below says the same in words. */
function BeamDrawing({steps}: {steps: readonly (readonly BeamNode[])[]}) {
	const rows = Math.max(1, ...steps.map(nodes => nodes.length));
	const x = (step: number) => 8 + step * COLUMN;
	const y = (index: number) => TOP + 10 + index * ROW;
	const width = x(steps.length) + 8;
	const height = y(rows - 1) + 10;
	const label = (node: BeamNode) => {
		const shown = [...visibleToken(node)];
		return shown.length > WIDEST_LABEL ? `${shown.slice(0, WIDEST_LABEL - 1).join('')}…` : shown.join('');
	};
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
		<section class="beam-scroll" tabIndex={0} aria-label={t('strategies_beam_drawing')}>
			<svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
				{steps.map((_, step) => (
					<text key={step} class="beam-step" x={x(step)} y={11}>
						{step + 1}
					</text>
				))}
				{steps
					.flat()
					.map(node =>
						node.parentIndex === null ? null : (
							<path
								key={`${node.step}-${node.index}`}
								class={`beam-edge ${node.status}${node.onPath ? ' on-path' : ''}`}
								d={edge(x(node.step - 1) + COLUMN - 20, y(node.parentIndex), x(node.step) - 6, y(node.index))}
							/>
						),
					)}
				{steps.flat().map(node => (
					<g key={`${node.step}-${node.index}`} class={`beam-node ${node.status}${node.onPath ? ' on-path' : ''}`}>
						<title>{t('strategies_beam_node', visibleToken(node), decimal(node.score), statusText(node.status))}</title>
						<circle cx={x(node.step)} cy={y(node.index)} r={3} />
						<text x={x(node.step) + 7} y={y(node.index) + 4}>
							{label(node)}
						</text>
					</g>
				))}
			</svg>
		</section>
	);
}

const edge = (x1: number, y1: number, x2: number, y2: number) => {
	const middle = (x1 + x2) / 2;
	return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
};

const statusText = (status: BeamNode['status']) => t(`strategies_beam_${status}`);

/** The same tree as nested lists: one line a stretch without forks, with its score and its status. */
function BeamOutline({phrases}: {phrases: readonly BeamPhrase[]}) {
	return (
		<details class="beam-outline">
			<summary>{t('strategies_beam_outline')}</summary>
			<Phrases phrases={phrases} />
		</details>
	);
}

const PRUNED_SHOWN = 4;

function Phrases({phrases}: {phrases: readonly BeamPhrase[]}) {
	return (
		<ul>
			{phrases.map((phrase, index) => (
				<li key={index} class={phrase.onPath ? 'on-path' : undefined}>
					<span class="beam-phrase">
						{phrase.tokens.map((token, at) => (
							<TokenText key={at} token={token} />
						))}
					</span>{' '}
					<span class="quiet small numbers">
						{details(
							phraseSteps(phrase),
							t('strategies_beam_score', decimal(phrase.score)),
							t(`strategies_beam_end_${phrase.end}`),
							phrase.onPath && t('strategies_beam_on_path'),
						)}
					</span>
					{phrase.pruned.length > 0 && <Pruned nodes={phrase.pruned} />}
					{phrase.children.length > 0 && <Phrases phrases={phrase.children} />}
				</li>
			))}
		</ul>
	);
}

const phraseSteps = ({from, to}: BeamPhrase) =>
	from === to ? t('strategies_beam_step', from + 1) : t('strategies_beam_steps', from + 1, to + 1);

function Pruned({nodes}: {nodes: readonly BeamNode[]}) {
	const [open, setOpen] = useState(false);
	const shown = open ? nodes : nodes.slice(0, PRUNED_SHOWN);
	return (
		<p class="beam-pruned quiet small numbers">
			{tn('strategies_beam_pruned_count', nodes.length)}{' '}
			{shown.map(node => (
				<span key={`${node.step}-${node.index}`}>
					{isolate(visibleToken(node))} {decimal(node.score)}
				</span>
			))}
			{shown.length < nodes.length && (
				<button type="button" class="link" onClick={() => setOpen(true)}>
					{t('strategies_beam_all')}
				</button>
			)}
		</p>
	);
}
