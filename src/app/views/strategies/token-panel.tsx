import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {Generation} from '../../../parameters/registry.ts';
import type {ClassesAnswer, ClassRow, GeneratedToken, Prompt, Token, Trace} from '../../../protocol/engine.ts';
import {spelledToken} from '../../../protocol/spell.ts';
import type {Engine} from '../../../ui/client/query.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {placeBeside} from '../../../ui/placement.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import {BeamView} from './beam-view.tsx';
import {ClassPicker} from './class-picker.tsx';
import {ContrastiveView, SpeculativeView} from './other-traces.tsx';
import {Stages} from './stages.tsx';
import './token-panel.css';

interface Props {
	engine: Engine;
	token: GeneratedToken;
	/** 1-based place in the continuation. */
	position: number;
	/** The prompt of the run that generated it, and what the run had generated before it. */
	prompt: Prompt;
	generated: readonly Token[];
	generation: Generation;
	/** Whether a person chose it, in place of the strategy. */
	byPerson?: boolean;
	/** How the strategy came to the continuation; with all of the continuation's ids. */
	trace: {trace: Trace; ids: readonly number[]} | null;
	onChoose(row: ClassRow, answer: Pick<ClassesAnswer, 'model'>): void;
	onClose(): void;
}

type Topic = 'why' | 'choose' | 'trace';

/** Keeps a panel beside the token that it was opened from, whatever scrolls or grows; the token itself never moves. */
function useBesideToken() {
	const panel = useRef<HTMLElement>(null);
	useLayoutEffect(() => {
		const node = panel.current;
		if (!node) return;
		const place = () => {
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
	return panel;
}

const tokenOf = (panel: HTMLElement) =>
	panel.parentElement?.querySelector<HTMLElement>('.strip [aria-expanded="true"]');

/** One generated token: why this class, which other one could have been chosen, and how the strategy came to it. */
export function TokenPanel(props: Props) {
	const {engine, token, position, prompt, generated, generation, byPerson = false, trace, onChoose, onClose} = props;
	const panel = useBesideToken();
	const [topic, setTopic] = useState<Topic>('why');
	const topics: Topic[] = trace ? ['why', 'choose', 'trace'] : ['why', 'choose'];
	const shown = topics.includes(topic) ? topic : 'why';
	const labels = {
		why: t('strategies_why'),
		choose: t('strategies_choose'),
		trace: t(`strategies_trace_${trace?.trace.kind ?? 'beam'}`),
	};
	return (
		<section
			ref={panel}
			class="token-panel"
			aria-label={t('strategies_token_panel', count(position))}
			onKeyDown={event => {
				if (event.key !== 'Escape') return;
				event.preventDefault();
				event.stopPropagation();
				// Back to the token the panel was opened from.
				tokenOf(event.currentTarget)?.focus();
				onClose();
			}}
		>
			<header>
				<h3>
					<TokenText token={token} /> <span class="quiet small">{t('strategies_token_number', count(position))}</span>
				</h3>
				<button type="button" class="link" onClick={onClose}>
					{t('strategies_close')}
				</button>
			</header>
			<Segmented
				label={t('strategies_topic')}
				value={shown}
				options={topics.map(value => ({value, label: labels[value]}))}
				onChange={value => setTopic(value)}
			/>
			{shown === 'why' && (
				<Stages
					engine={engine}
					prompt={prompt}
					generation={generation}
					generated={generated}
					token={token}
					byPerson={byPerson}
				/>
			)}
			{shown === 'choose' && (
				<>
					<p class="quiet small">{t('strategies_choose_lead')}</p>
					<ClassPicker
						engine={engine}
						prompt={{
							...prompt,
							appended: [...prompt.appended, ...generated.map(spelledToken)],
							generated: generated.length,
						}}
						generation={generation}
						currentId={token.id}
						onChoose={onChoose}
					/>
				</>
			)}
			{shown === 'trace' && trace && <TraceView {...trace} step={position - 1} alpha={generation.penaltyAlpha} />}
		</section>
	);
}

/** How a strategy came to its continuation. */
function TraceView({trace, ids, step, alpha}: {trace: Trace; ids: readonly number[]; step: number; alpha: number}) {
	switch (trace.kind) {
		case 'beam':
			return <BeamView trace={trace} ids={ids} />;
		case 'contrastive':
			return <ContrastiveView trace={trace} step={step} alpha={alpha} />;
		case 'speculative':
			return <SpeculativeView trace={trace} />;
	}
}
