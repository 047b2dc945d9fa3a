import {enumeration, t, tn} from '../../client/browser/i18n.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {SurpriseLegend} from '../../ui/components/legend.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {TipArea} from '../../ui/components/tip-area.tsx';
import {copyText} from '../../ui/copy.ts';
import {count} from '../../ui/format.ts';
import {cuttingSettings} from '../classes/listed-classes.ts';
import {requestOf} from '../loop/prompt.ts';
import {insertInto} from '../prompt/insert.ts';
import {addedText, type PromptState} from '../prompt/prompt.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {ContinuationCard} from './continuation-card.tsx';
import type {ContinuationsRun, ContinuationsStore} from './continuations-store.ts';
import {HypothesisList} from './hypothesis-list.tsx';
import {TokenTip} from './token-tip.tsx';
import './continuations.css';

interface Props {
	app: Workspace;
	continuations: ContinuationsStore;
	/** A continuation as the root of a tree of branches. */
	onBranch(root: ReturnType<typeof rootOf>): void;
}

/** Several continuations of the prompt, drawn token by token. */
export function ContinuationsView({app, continuations, onBranch}: Props) {
	const {prompt} = app;
	const run = continuations.run.value;
	const error = continuations.error.value;
	const running = run?.status === 'running';
	const source = prompt.source.value;
	const added = addedText(prompt.prompt.value);
	// Continuations of another prompt would be taken for this one's.
	const shown = run && (continuations.current.value || run.promptKey === prompt.key.value) ? run : null;
	const starting =
		!error && (shown === null || (running && shown.continuations.every(({tokens}) => tokens.length === 0)));
	const tip = (at: string) => {
		const [continuation, index] = at.split('.').map(Number);
		const tokens = shown?.continuations[continuation]?.tokens;
		return shown && tokens?.[index] && <TokenTip tokens={tokens} index={index} sampled={shown.generation.doSample} />;
	};
	return (
		<section class="continuations" aria-label={t('popup_tab_continuations')}>
			<div class="bar-line">
				<span class="buttons">
					<button type="button" class="button go" disabled={running} onClick={continuations.again}>
						{t('popup_sample_again')}
					</button>
					<button type="button" class="button" disabled={!running} onClick={continuations.stop}>
						{t('popup_stop')}
					</button>
				</span>
				<SurpriseLegend />
				<PlainSwitch app={app} />
			</div>
			{starting && <ProgressLine progress={continuations.progress.value} />}
			{error && <ErrorNote message={error.message} action={{label: t('common_retry'), run: continuations.again}} />}
			{shown && shown.dropped > 0 && <p class="quiet small">{tn('popup_continuations_dropped', shown.dropped)}</p>}
			{continuations.hypotheses.value && running ? (
				<HypothesisList hypotheses={continuations.hypotheses.value} />
			) : (
				shown && (
					<TipArea content={tip}>
						<ol aria-busy={running}>
							{shown.continuations.map((continuation, i) => (
								<ContinuationCard
									key={i}
									continuation={continuation}
									index={i}
									running={running && continuation.finishReason === null}
									plain={app.plain.value}
									added={added}
									copy={copyText}
									openBranches={() => onBranch(rootOf(shown, i, prompt.prompt.peek()))}
									insert={source?.editable ? text => insertInto(source, text) : null}
								/>
							))}
						</ol>
					</TipArea>
				)
			)}
			{shown?.generation.doSample && <SeedLine app={app} run={shown} />}
		</section>
	);
}

function rootOf({generation, continuations}: ContinuationsRun, index: number, prompt: PromptState) {
	const {tokens, finishReason} = continuations[index];
	const title = t('popup_continuation', {index: count(index + 1)});
	return {title, prompt: requestOf(prompt), generation, tokens, finishReason: finishReason ?? ('stopped' as const)};
}

/** For writers: without dots, arrows and numbers. */
const PlainSwitch = ({app: {plain}}: {app: Workspace}) => (
	<label class="plain-switch small quiet">
		<input
			type="checkbox"
			checked={plain.value}
			onChange={() => {
				plain.value = !plain.peek();
			}}
		/>
		{t('popup_plain')}
	</label>
);

/** The seed: with it the same text comes again, here and on the command line. */
function SeedLine({app, run}: {app: Workspace; run: ContinuationsRun}) {
	const {settings} = app;
	const fixed = settings.settings.value.seedMode === 'fixed';
	const fix = () => {
		settings.save({...settings.settings.peek(), seedMode: 'fixed', seed: run.generation.seed});
	};
	const free = () => settings.save({...settings.settings.peek(), seedMode: 'fresh'});
	return (
		<p class="seed quiet small numbers">
			<span>{t(fixed ? 'popup_seed_fixed' : 'popup_seed', {seed: String(run.generation.seed)})}</span>
			<button type="button" class="link" onClick={fixed ? free : fix}>
				{t(fixed ? 'popup_seed_free' : 'popup_seed_fix')}
			</button>
			<span class="spacer" />
			<span>
				{t('popup_settings_short', {run: settingsShort(run), maxNewTokens: count(run.generation.maxNewTokens)})}
			</span>
		</p>
	);
}

const settingsShort = ({generation}: ContinuationsRun) =>
	enumeration([
		t('popup_setting_temperature', {generation: String(generation.temperature)}),
		...cuttingSettings(generation),
	]);
