import {useId} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {CONTROLS} from '../../client/settings/parameters.ts';
import type {Generation} from '../../protocol/values/generation.ts';
import {isStepwise} from '../../ui/no-step.ts';
import {PACES, type Pace} from '../loop/loop.ts';
import type {Workspace} from '../prompt/workspace.ts';
import './loop-bar.css';

const PACE_NAMES = {slow: 'loop_pace_slow', normal: 'loop_pace_normal', fast: 'loop_pace_fast'} as const;

/** The loop in one line: step, play, take back, and the two settings that people turn most. */
export function LoopBar({app}: {app: Workspace}) {
	const {loop, prompt} = app;
	const playing = loop.playing.value;
	return (
		<section class="loop-bar" aria-label={t('loop_bar')}>
			<div class="loop-buttons">
				<button
					type="button"
					class="button go"
					title={t('loop_step_title')}
					disabled={playing}
					onClick={() => void loop.step()}
				>
					{t('loop_step')}
				</button>
				<button
					type="button"
					class="button play"
					title={t('loop_play_title')}
					onClick={() => (playing ? loop.pause() : loop.play())}
				>
					<span aria-hidden="true">{playing ? '❚❚' : '▶'} </span>
					{t(playing ? 'loop_pause' : 'loop_play')}
				</button>
				<select
					class="field pace"
					aria-label={t('loop_pace')}
					title={t('loop_pace')}
					value={loop.pace.value}
					onChange={event => {
						loop.pace.value = event.currentTarget.value as Pace;
					}}
				>
					{(Object.keys(PACES) as Pace[]).map(pace => (
						<option key={pace} value={pace}>
							{t(PACE_NAMES[pace])}
						</option>
					))}
				</select>
				<button
					type="button"
					class="button undo"
					title={t('popup_undo_title')}
					aria-label={t('popup_undo')}
					disabled={!prompt.canUndo.value}
					onClick={() => prompt.undo()}
				>
					<span aria-hidden="true">↶</span>
				</button>
			</div>
			<Knobs app={app} />
		</section>
	);
}

/** Temperature and top-p, live; where nothing is drawn, the way to draw. */
function Knobs({app}: {app: Workspace}) {
	const {settings} = app;
	const generation = settings.settings.value;
	const change = (changes: Partial<Generation>) => settings.save({...settings.settings.peek(), ...changes});
	if (!generation.doSample) {
		return (
			<p class="knobs-off small quiet">
				{t(isStepwise(generation) ? 'loop_greedy' : 'loop_no_draw')}{' '}
				{isStepwise(generation) && (
					<button type="button" class="link" onClick={() => change({doSample: true})}>
						{t('loop_sample')}
					</button>
				)}
			</p>
		);
	}
	return (
		<div class="knobs">
			<Knob name="temperature" value={generation.temperature} onChange={temperature => change({temperature})} />
			<Knob name="topP" value={generation.topP} onChange={topP => change({topP})} />
		</div>
	);
}

interface KnobProps {
	name: 'temperature' | 'topP';
	value: number;
	onChange(value: number): void;
}

function Knob({name, value, onChange}: KnobProps) {
	const id = useId();
	const control = CONTROLS[name];
	if (control.kind !== 'slider') return null;
	return (
		<div class="knob">
			<label for={id}>{t(name === 'temperature' ? 'loop_temperature' : 'loop_top_p')}</label>
			<output for={id} class="numbers">
				{value}
			</output>
			<input
				id={id}
				type="range"
				min={control.min}
				max={control.max}
				step={control.step}
				value={value}
				onInput={event => onChange(event.currentTarget.valueAsNumber)}
			/>
		</div>
	);
}
