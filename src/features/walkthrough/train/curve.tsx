import {scaleLinear, scaleLog} from 'd3-scale';
import type {TargetedKeyboardEvent, TargetedPointerEvent} from 'preact';
import {sentences, t, tn} from '../../../client/browser/i18n.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, count, decimal} from '../../../ui/format.ts';
import {risen, stopsOf} from './needle.ts';
import type {Course} from './training.ts';

const HEIGHT = 300;
const TOP = 22;
const BOTTOM = 44;
const LEFT = 26;
/** Room for the names of the lines. */
const RIGHT = 128;
const NAME_ROW = 15;
/** An axis of fewer steps would be all needle. */
const LEAST_STEPS = 10;

interface Props {
	course: Course;
	step: number;
	/** The step at which the needle stands; 0 before the first. */
	at: number;
	onMove(step: number): void;
}

/** The loss, step by step, beside what guesses without a model reach; the needle looks back. */
export function Curve({course, step, at, onMove}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {losses, keptBack, baselines} = course;
	const most = Math.ceil(
		Math.max(baselines.uniform, losses[0] ?? 0, keptBack[0].loss, ...keptBack.map(one => one.loss)),
	);
	const x = scaleLog([1, Math.max(LEAST_STEPS, step)], [LEFT, width - RIGHT]);
	const y = scaleLinear([0, most], [HEIGHT - BOTTOM, TOP]);
	const end = x.range()[1];
	const measured = keptBack.filter(one => one.step > 0);
	const ticks = [1, 10, 100, 1000, 10_000, 100_000].filter(tick => tick <= x.domain()[1]);
	const guesses = [
		{loss: baselines.uniform, name: t('walk_train_uniform')},
		{loss: baselines.frequencies, name: t('walk_train_frequencies')},
		{loss: baselines.pairs, name: t('walk_train_pairs')},
	];
	const names = spread(
		[
			...guesses.map(guess => ({...guess, kind: 'guess'})),
			{loss: keptBack.at(-1)!.loss, name: t('walk_train_kept_back'), kind: 'kept'},
			...(step > 0 ? [{loss: losses[step - 1], name: t('walk_train_this_text'), kind: 'learned'}] : []),
		].map(name => ({...name, y: y(name.loss)})),
	);
	const heart = risen(keptBack);
	const title = step > 0 ? tn('walk_train_curve', step, {losses: bits(losses[step - 1])}) : t('walk_train_curve_none');
	return (
		<Figure
			name="loss"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_step'), t('walk_train_this_text'), t('walk_train_kept_back')],
				rows: stopsOf(step).map(stop => [count(stop), bits(losses[stop - 1]), lossAt(keptBack, stop)]),
			})}
			csv={() => [
				['step', 'loss_bits_per_byte', 'kept_back_bits_per_byte'],
				...losses.map((loss, i) => [i + 1, loss, keptBack.find(one => one.step === i + 1)?.loss ?? '']),
			]}
		>
			<p class="readout">{t('walk_train_needle_hint')}</p>
			<div ref={ref}>
				<Picture width={width} height={HEIGHT} label={title} interactive>
					{y.ticks(most).map(tick => (
						<g key={tick}>
							<line class="axis" x1={LEFT - 4} x2={LEFT} y1={y(tick)} y2={y(tick)} />
							<text class="quiet-text" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
								{count(tick)}
							</text>
						</g>
					))}
					<line class="axis" x1={LEFT} x2={LEFT} y1={TOP} y2={y(0)} />
					<line class="axis" x1={LEFT} x2={end} y1={y(0)} y2={y(0)} />
					{ticks.map(tick => (
						<text key={tick} class="quiet-text" x={x(tick)} y={HEIGHT - BOTTOM + 17} text-anchor="middle">
							{count(tick)}
						</text>
					))}
					<text class="quiet-text" x={(LEFT + end) / 2} y={HEIGHT - 8} text-anchor="middle">
						{t('walk_train_axis')}
					</text>
					{guesses.map(({name, loss}) => (
						<line key={name} class="rest" x1={LEFT} x2={end} y1={y(loss)} y2={y(loss)} />
					))}
					<polyline
						class="kept-line"
						points={points(
							measured,
							one => x(one.step),
							one => y(one.loss),
						)}
					/>
					<polyline class="learned-line" points={columns(losses, x, y)} />
					{names.map(({name, loss, kind, y}) => (
						<text key={kind + name} class={kind === 'learned' ? 'learned-name' : ''} x={end + 8} y={y + 4}>
							<tspan font-weight="600">{decimal(loss)}</tspan> {name}
						</text>
					))}
					{step > 0 && <Needle x={x} y={y} step={step} at={at} loss={losses[at - 1]} onMove={onMove} />}
				</Picture>
			</div>
			<p class="readout">{t('walk_train_kept_back_note')}</p>
			<p role="status" class="by-heart">
				{heart &&
					sentences([
						t('walk_train_by_heart', {at: count(heart.at), by: bits(heart.by)}),
						t('walk_train_by_heart_why'),
					])}
			</p>
		</Figure>
	);
}

type Scale = (value: number) => number;

const points = <T,>(all: readonly T[], x: (one: T) => number, y: (one: T) => number) =>
	all.map(one => `${x(one).toFixed(1)},${y(one).toFixed(1)}`).join(' ');

/** The losses as a line: the steps that fall on one column of pixels are one point, at their mean. */
function columns(losses: readonly number[], x: Scale, y: Scale): string {
	const means: {x: number; sum: number; count: number}[] = [];
	losses.forEach((loss, i) => {
		const column = Math.round(x(i + 1));
		const last = means.at(-1);
		if (last?.x === column) {
			last.sum += loss;
			last.count++;
		} else means.push({x: column, sum: loss, count: 1});
	});
	return points(
		means,
		mean => mean.x,
		mean => y(mean.sum / mean.count),
	);
}

/** Names of lines moved apart, from the top down, so that each can be read. */
function spread<T extends {y: number}>(names: readonly T[]): T[] {
	const sorted = [...names].sort((a, b) => a.y - b.y);
	let from = -Infinity;
	const down = sorted.map(name => {
		from = Math.max(name.y, from + NAME_ROW);
		return {...name, y: from};
	});
	// What would be below the axis moves up again.
	let to = HEIGHT - BOTTOM + NAME_ROW;
	return down.reverse().map(name => {
		to = Math.min(name.y, to - NAME_ROW);
		return {...name, y: to};
	});
}

/** The loss on what is kept back at the last step up to this one at which it was measured. */
const lossAt = (keptBack: Course['keptBack'], step: number) =>
	bits(keptBack.filter(one => one.step <= step).at(-1)!.loss);

interface NeedleProps {
	x: Scale;
	y: Scale;
	step: number;
	at: number;
	loss: number;
	onMove(step: number): void;
}

/** A slider on the curve, for pointer and keyboard. It stops where weights were kept. */
function Needle({x, y, step, at, loss, onMove}: NeedleProps) {
	const stops = stopsOf(step);
	const left = x(1);
	const right = x(Math.max(LEAST_STEPS, step));
	const look = (event: TargetedPointerEvent<SVGGElement>) => {
		if (event.type === 'pointermove' && event.buttons === 0) return;
		if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
		const box = event.currentTarget.querySelector('.hit')!.getBoundingClientRect();
		const to = left + event.clientX - box.left;
		onMove(stops.reduce((best, stop) => (Math.abs(x(stop) - to) < Math.abs(x(best) - to) ? stop : best)));
	};
	const key = (event: TargetedKeyboardEvent<SVGGElement>) => {
		const moves: Record<string, number> = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1};
		const i = stops.indexOf(at);
		const to = event.key === 'Home' ? 0 : event.key === 'End' ? stops.length - 1 : i + (moves[event.key] ?? Number.NaN);
		if (Number.isNaN(to)) return;
		event.preventDefault();
		onMove(stops[Math.min(stops.length - 1, Math.max(0, to))]);
	};
	const isLeft = x(at) > (left + right) / 2;
	return (
		<g
			class="strip scrub"
			role="slider"
			tabindex={0}
			aria-label={t('walk_train_needle')}
			aria-valuemin={1}
			aria-valuemax={step}
			aria-valuenow={at}
			aria-valuetext={t('walk_train_at', {at: count(at), loss: bits(loss)})}
			onPointerDown={look}
			onPointerMove={look}
			onKeyDown={key}
		>
			<rect class="hit" x={left} y={0} width={right - left} height={HEIGHT - BOTTOM} />
			<line class="needle" x1={x(at)} x2={x(at)} y1={TOP - 8} y2={y(0)} />
			<path class="needle" d={`M${x(at) - 6},${TOP - 16} h12 l-6,9 z`} />
			<circle class="needle" cx={x(at)} cy={y(loss)} r={4} />
			<text class="needle-value" x={x(at) + (isLeft ? -10 : 10)} y={y(0) - 30} text-anchor={isLeft ? 'end' : 'start'}>
				{decimal(loss)}
			</text>
			<text class="quiet-text" x={x(at) + (isLeft ? -10 : 10)} y={y(0) - 12} text-anchor={isLeft ? 'end' : 'start'}>
				{t('walk_train_at_step', {at: count(at)})}
			</text>
		</g>
	);
}
