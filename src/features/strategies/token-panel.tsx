import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import type {Engine} from '../../client/query.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {GeneratedToken, Trace} from '../../protocol/questions/generate.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {LinkButton} from '../../ui/components/link-button.tsx';
import {Segmented} from '../../ui/components/segmented.tsx';
import {useEscape, usePressElsewhere} from '../../ui/escape.ts';
import {count} from '../../ui/format.ts';
import {placeBeside} from '../../ui/placement.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {StepsView} from '../../ui/trace/steps-view.tsx';
import {ClassPicker} from './class-picker.tsx';
import {Stages, type TokenPlace} from './stages.tsx';
import './token-panel.css';

interface Props {
	engine: Engine;
	place: TokenPlace;
	/** 1-based place in the continuation. */
	position: number;
	/** How the strategy came to the continuation; left out where a person had a part in it. */
	weighed?: {trace: Trace | null; tokens: readonly GeneratedToken[]};
	onChoose(row: ClassRow, answer: Pick<ClassesAnswer, 'model'>): void;
	onClose(): void;
}

const tokenOf = (panel: HTMLElement | null) =>
	panel?.parentElement?.querySelector<HTMLElement>('.strip [aria-expanded="true"]');

/** Keeps a panel beside the token that it was opened from, whatever scrolls or grows; the token itself never moves. */
function useBesideToken(onClose: () => void) {
	const panel = useRef<HTMLElement>(null);
	useLayoutEffect(() => {
		const node = panel.current!;
		const place = () => {
			if (innerHeight <= 460) return node.removeAttribute('style');
			const lines = tokenOf(node)?.getClientRects();
			if (lines && lines.length > 0) void placeBeside(node, [...lines]);
		};
		const observer = new ResizeObserver(place);
		for (const part of node.children) observer.observe(part);
		const onScroll = ({target}: Event) => !node.contains(target as Node) && place();
		place();
		addEventListener('scroll', onScroll, true);
		addEventListener('resize', place);
		return () => {
			observer.disconnect();
			removeEventListener('scroll', onScroll, true);
			removeEventListener('resize', place);
		};
	});
	useEscape(() => {
		tokenOf(panel.current)?.focus();
		onClose();
	});
	usePressElsewhere(onClose, node => [panel.current, tokenOf(panel.current)].some(ours => ours?.contains(node)));
	return panel;
}

/** One generated token: why this class, which other one could have been chosen, and how the strategy came to it. */
export function TokenPanel({engine, place, position, weighed, onChoose, onClose}: Props) {
	const panel = useBesideToken(onClose);
	const [topic, setTopic] = useState<'why' | 'choose' | 'steps'>('why');
	return (
		<section ref={panel} class="token-panel" aria-label={t('strategies_token_panel', {position: count(position)})}>
			<header>
				<h3>
					<TokenText token={place.token} />{' '}
					<span class="quiet small">{t('strategies_token_number', {position: count(position)})}</span>
				</h3>
				<LinkButton onClick={onClose}>{t('strategies_close')}</LinkButton>
			</header>
			<Segmented
				label={t('strategies_topic')}
				value={topic}
				options={[
					{value: 'why', label: t('strategies_why')},
					{value: 'choose', label: t('strategies_choose')},
					...(weighed ? [{value: 'steps' as const, label: t('strategies_steps')}] : []),
				]}
				onChange={value => setTopic(value)}
			/>
			{topic === 'why' && <Stages engine={engine} place={place} />}
			{topic === 'choose' && <ClassPicker engine={engine} place={place} onChoose={onChoose} />}
			{topic === 'steps' && weighed && <StepsView {...weighed} generation={place.generation} at={position - 1} />}
		</section>
	);
}
