import {t, tn} from '../../client/browser/i18n.ts';
import type {ClassRow as Row} from '../../protocol/values/token.ts';
import {scaleEnd} from '../../ui/bar-scale.ts';
import {ClassRow, SkeletonRow} from '../../ui/components/class-row.tsx';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {MassBar, MassStrip, type Needle} from '../../ui/components/mass-strip.tsx';
import {count, decimal, percent} from '../../ui/format.ts';
import {bandOf} from '../../ui/tokens/rank-bands.ts';
import {TokenChip} from '../../ui/tokens/token-chip.tsx';
import {spokenToken, visibleToken} from '../../ui/tokens/token-text.ts';
import {barOf, type Demo, type Grown, LISTED} from './demo.ts';

/** How many of the last steps are shown. */
const STEPS_SHOWN = 3;
/** How much of the text is shown before a class that joined it, in words. */
const WORDS_SHOWN = 4;

/** The loop on one sentence: its tokens, the bar, the first classes, and what the last steps drew. */
export function DemoView({demo}: {demo: Demo}) {
	const {growing, loop} = demo;
	const {answer, error, retry} = growing.classes;
	const drawn = loop.drawn.value;
	const falling = drawn && !drawn.appended ? drawn : null;
	const classes = answer.value;
	const bar = classes && barOf(classes);
	const failure = error.value ?? loop.error.value;
	return (
		<section class="demo" aria-label={t('welcome_try')}>
			<div class="demo-top">
				<Sentence demo={demo} />
				<button type="button" class="button go demo-step" onClick={() => void loop.step()}>
					{t('loop_step')}
				</button>
			</div>
			{failure && <ErrorNote message={failure.message} action={{label: t('common_retry'), run: retry}} />}
			{classes && bar ? (
				<div class="demo-mass">
					{falling?.number != null && (
						<span class="demo-number numbers" style={`--at: ${falling.number}`}>
							{decimal(falling.number, 3)}
						</span>
					)}
					<MassStrip
						{...bar}
						names={classes.model.slice(0, LISTED).map(row => visibleToken(row).replace(/^·/, ''))}
						needle={falling && needleOf(falling)}
					/>
				</div>
			) : (
				<div class="demo-mass mass" />
			)}
			<div class="demo-two">
				<div class="class-rows no-logit demo-list">
					{classes ? <FirstClasses demo={demo} rows={classes.model} vocabSize={classes.vocabSize} /> : <Skeleton />}
				</div>
				<Steps demo={demo} />
			</div>
		</section>
	);
}

/** The tokens, those that joined in the colour of their rank, and the place of the next. */
function Sentence({demo: {growing, loop, tokens}}: {demo: Demo}) {
	const {text, appended} = growing.prompt.value;
	const drawn = loop.drawn.value;
	const next = drawn && !drawn.appended ? drawn : null;
	return (
		<p class="demo-sentence mono">
			{tokens.value.length === 0 ? (
				<span>{text}</span>
			) : (
				tokens.value.map((token, i) => <TokenChip key={i} token={token} />)
			)}
			{appended.map((token, i) => (
				<TokenChip key={`+${i}`} token={token} band={bandOf(token.rank ?? 1)} />
			))}
			<span class={next ? 'demo-slot filled' : 'demo-slot'} aria-hidden="true">
				{next && visibleToken(next)}
			</span>
		</p>
	);
}

function FirstClasses({demo, rows, vocabSize}: {demo: Demo; rows: readonly Row[]; vocabSize: number}) {
	const {loop, growing} = demo;
	const drawn = loop.drawn.value;
	const falling = drawn && !drawn.appended ? drawn : null;
	const listed = rows.slice(0, LISTED);
	const end = scaleEnd(listed[0]?.probability ?? 1);
	const beyond = falling && !listed.some(({id}) => id === falling.id) ? falling : null;
	const rest = 1 - listed.reduce((sum, {probability}) => sum + probability, 0);
	return (
		<ol aria-label={t('popup_classes_list')}>
			{listed.map(row => (
				<li key={row.id}>
					<ClassRow
						token={row}
						rank={row.rank}
						probability={row.probability}
						fraction={row.probability / end}
						lit={falling?.id === row.id ? bandOf(row.rank) : undefined}
						onChoose={() => growing.append(row)}
					/>
				</li>
			))}
			<li class="demo-rest">
				{beyond ? (
					<ClassRow
						token={beyond}
						rank={beyond.rank}
						probability={beyond.samplingProbability}
						fraction={beyond.samplingProbability / end}
						lit={bandOf(beyond.rank)}
					/>
				) : (
					<>
						<span>{tn('classes_others', vocabSize - listed.length)}</span>
						<span class="numbers">{percent(Math.max(0, rest))}</span>
					</>
				)}
			</li>
		</ol>
	);
}

const Skeleton = () => Array.from({length: LISTED}, (_, i) => <SkeletonRow key={i} fraction={0.9 * 0.7 ** i} />);

/** What the last steps drew, each with the bar that its number fell on. */
function Steps({demo}: {demo: Demo}) {
	const grown = demo.grown.value;
	return (
		<div class="demo-steps">
			<div class="demo-steps-head" role="status">
				<span>{grown.length === 0 ? t('welcome_press') : tn('welcome_steps', grown.length)}</span>
				{grown.length > 0 && (
					<button type="button" class="link" onClick={demo.again}>
						{t('welcome_again')}
					</button>
				)}
			</div>
			<ol>
				{grown.slice(-STEPS_SHOWN).map((step, i) => (
					<Step key={Math.max(0, grown.length - STEPS_SHOWN) + i} step={step} />
				))}
			</ol>
		</div>
	);
}

function Step({step: {before, draw, bar}}: {step: Grown}) {
	const words = before.split(/(?=\s)/);
	const shown = words.slice(-WORDS_SHOWN).join('').trimStart();
	const spoken = t('welcome_step_spoken', {
		draw: spokenToken(draw),
		samplingProbability: percent(draw.samplingProbability),
		rank: count(draw.rank),
	});
	return (
		<li>
			<span class="demo-said mono" aria-hidden="true">
				<span class="quiet">{words.length > WORDS_SHOWN ? `… ${shown}` : shown}</span>
				<TokenChip token={draw} band={bandOf(draw.rank)} />
			</span>
			<MassBar {...bar} needle={needleOf(draw)} />
			<span class="numbers" aria-hidden="true">
				{percent(draw.samplingProbability)}
			</span>
			<span class="spoken">{spoken}</span>
		</li>
	);
}

const needleOf = ({
	seed,
	index,
	number,
	start,
	samplingProbability,
}: Pick<Grown['draw'], 'seed' | 'index' | 'number' | 'start' | 'samplingProbability'>): Needle => ({
	key: `${seed} ${index}`,
	number,
	start,
	width: samplingProbability,
});
